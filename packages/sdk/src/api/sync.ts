import { dataOf } from '../transport/send.ts'
import type { RegisteredDevice, SignedInDevice } from '../wire-types.ts'
import type { ApiClient } from './client.ts'

/** The devices of the account. */
export interface Sync {
  /** The other devices that are signed in, the last active first. */
  sessions(): Promise<SignedInDevice[]>
  /**
   * Signs a device out at once, its open streams included. It stays registered.
   *
   * @throws VektorError `device-not-found`, or `session-not-found` for one that is not signed in
   */
  endSession(deviceId: string): Promise<void>
  /**
   * Every device that signed in, the last seen first.
   *
   * @example
   * ```ts
   * for (const { id, current } of await vektor.sync.devices()) if (!current) await vektor.sync.forgetDevice(id)
   * ```
   */
  devices(): Promise<RegisteredDevice[]>
  /** @throws VektorError `device-not-found`, or `invalid-request` for a name that is empty or too long */
  renameDevice(deviceId: string, name: string): Promise<RegisteredDevice>
  /**
   * Signs a device out and forgets it.
   *
   * @throws VektorError `device-not-found`
   */
  forgetDevice(deviceId: string): Promise<void>
}

export function createSync(client: ApiClient): Sync {
  const at = (deviceId: string) => ({ path: { device_id: deviceId } })
  return {
    sessions: () => dataOf(client.GET('/sync/sessions')),
    endSession: (id) => dataOf(client.DELETE('/sync/sessions/{device_id}', { params: at(id) })),
    devices: () => dataOf(client.GET('/sync/devices')),
    renameDevice: (id, name) => dataOf(client.PATCH('/sync/devices/{device_id}', { params: at(id), body: { name } })),
    forgetDevice: (id) => dataOf(client.DELETE('/sync/devices/{device_id}', { params: at(id) })),
  }
}
