import { dataOf } from '../transport/send.ts'
import type { Health, Readiness } from '../wire-types.ts'
import type { ApiClient } from './client.ts'

/** How the server is. Nobody needs to be signed in. */
export interface System {
  /** The process is alive. */
  health(): Promise<Health>
  /**
   * The database, its migrations and the disk are well.
   *
   * @throws VektorError `not-ready`, whose `message` names what failed
   */
  readiness(): Promise<Readiness>
}

export function createSystem(anonymous: ApiClient): System {
  return {
    health: () => dataOf(anonymous.GET('/health')),
    readiness: () => dataOf(anonymous.GET('/health/ready')),
  }
}
