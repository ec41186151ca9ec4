import { dataOf } from '../transport/send.ts'
import type { Health, Readiness, ServerStatus } from '../wire-types.ts'
import type { ApiClient } from './client.ts'

/** How the server is. */
export interface System {
  /** The process is alive. Nobody needs to be signed in. */
  health(): Promise<Health>
  /**
   * The database, its migrations and the disk are well. Nobody needs to be signed in.
   *
   * @throws VektorError `not-ready`, whose `message` names what failed
   */
  readiness(): Promise<Readiness>
  /**
   * What is on the server and how much of it is going on, for administrators.
   *
   * @throws VektorError `forbidden` for everybody else
   *
   * @example
   * ```ts
   * const { active_streams, requests } = await vektor.system.status()
   * console.log(`${active_streams} streams, ${requests.per_second} requests a second`)
   * ```
   */
  status(): Promise<ServerStatus>
}

export function createSystem(anonymous: ApiClient, client: ApiClient): System {
  return {
    health: () => dataOf(anonymous.GET('/health')),
    readiness: () => dataOf(anonymous.GET('/health/ready')),
    status: () => dataOf(client.GET('/api/status')),
  }
}
