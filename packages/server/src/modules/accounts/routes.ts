import type { components } from '../../generated/openapi.ts'
import type { Handlers } from '../../http/handler.ts'
import type { Account } from './account.ts'
import type { PreferenceService } from './preference-service.ts'
import type { Preferences } from './preferences.ts'
import type { AccountService } from './service.ts'

type Schemas = components['schemas']
type AccountHandlers = Handlers<
  | 'registerAccount'
  | 'getCurrentUser'
  | 'updateCurrentUser'
  | 'deleteCurrentUser'
  | 'changePassword'
  | 'getPreferences'
  | 'updatePreferences'
>

export function accountRoutes(accounts: AccountService, preferences: PreferenceService): AccountHandlers {
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

    async changePassword({ caller, body }) {
      await accounts.changePassword(caller.accountId, {
        currentPassword: body.current_password,
        newPassword: body.new_password,
        sessionId: caller.sessionId,
      })
      return { status: 200, body: { detail: 'Contraseña cambiada' } }
    },

    async getPreferences({ caller }) {
      return { status: 200, body: preferencesToWire(await preferences.get(caller.accountId)) }
    },

    async updatePreferences({ caller, body }) {
      await preferences.update(caller.accountId, preferencesFromWire(body))
      return { status: 200, body: { detail: 'Preferencias actualizadas' } }
    },
  }
}

function toWire({ id, email, username, role, createdAt }: Account): Schemas['Account'] {
  return { id, email, username, role, created_at: new Date(createdAt).toISOString() }
}

function preferencesToWire(preferences: Preferences): Schemas['Preferences'] {
  const { defaultModel, backupSchedule, backupKeep, backupRecipients, ...others } = preferences
  return {
    ...others,
    default_model: defaultModel,
    backup_schedule: backupSchedule,
    backup_keep: backupKeep,
    backup_recipients: [...backupRecipients],
  }
}

function preferencesFromWire(body: Schemas['PreferencesUpdate']): Partial<Preferences> {
  const {
    default_model: model,
    backup_schedule: schedule,
    backup_keep: keep,
    backup_recipients: recipients,
    ...others
  } = body
  return {
    ...others,
    ...(model !== undefined && { defaultModel: model }),
    ...(schedule !== undefined && { backupSchedule: schedule }),
    ...(keep !== undefined && { backupKeep: keep }),
    ...(recipients !== undefined && { backupRecipients: recipients }),
  }
}
