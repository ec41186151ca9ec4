import type { Handlers } from '../../http/handler.ts'
import type { StatusService } from './service.ts'

export function statusRoutes(status: StatusService): Handlers<'getHealth' | 'getReadiness'> {
  return {
    async getHealth() {
      return { status: 200, body: { status: 'ok' } }
    },

    async getReadiness() {
      await status.requireReady()
      return { status: 200, body: { status: 'ok', checks: { database: 'ok', migrations: 'ok', disk: 'ok' } } }
    },
  }
}
