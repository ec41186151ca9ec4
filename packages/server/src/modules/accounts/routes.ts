import type { components } from '../../generated/openapi.ts'
import type { Handlers } from '../../http/handler.ts'
import type { Account } from './account.ts'
import type { AccountService } from './service.ts'

type Schemas = components['schemas']
type AccountHandlers = Handlers<'registerAccount' | 'getCurrentUser' | 'updateCurrentUser' | 'deleteCurrentUser'>

export function accountRoutes(accounts: AccountService): AccountHandlers {
  return {
    async registerAccount({ body }) {
      return { status: 201, body: toWire(await accounts.register(body)) }
    },

    async getCurrentUser({ caller }) {
      const account = await accounts.get(caller.accountId)
      return { status: 200, body: { ...toWire(account), avatar_url: account.avatarUrl } }
    },

    async updateCurrentUser({ caller, body: { avatar_url: avatarUrl, ...changes } }) {
      await accounts.update(caller.accountId, { ...changes, ...(avatarUrl !== undefined && { avatarUrl }) })
      return { status: 200, body: { detail: 'Perfil actualizado' } }
    },

    async deleteCurrentUser({ caller }) {
      await accounts.delete(caller.accountId)
      return { status: 204 }
    },
  }
}

function toWire({ id, email, username, role, createdAt }: Account): Schemas['Account'] {
  return { id, email, username, role, created_at: new Date(createdAt).toISOString() }
}
