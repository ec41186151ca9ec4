import { AppError } from '../../app-error.ts'
import type { Database } from '../../database/database.ts'
import { cleanName, type RegisteredDevice, type SignedInDevice } from './device.ts'
import type { DeviceRepository } from './device-repository.ts'
import type { SessionService } from './service.ts'

export interface DeviceServiceOptions {
  database: Database
  devices: DeviceRepository
  sessions: Pick<SessionService, 'endWithin'>
  /** Epoch milliseconds. */
  now(): number
}

/** The devices that an account has signed in on. */
export class DeviceService {
  readonly #options: DeviceServiceOptions

  constructor(options: DeviceServiceOptions) {
    this.#options = options
  }

  /** The last seen first, signed in or not. */
  list(ownerId: string): Promise<RegisteredDevice[]> {
    return this.#options.devices.list(ownerId)
  }

  /** Those that are signed in, but for one. */
  listSignedIn(ownerId: string, except: string): Promise<SignedInDevice[]> {
    const { devices, now } = this.#options
    return devices.listSignedIn(ownerId, { except, now: now() })
  }

  /** From now on the device has this name, whatever it calls itself when it signs in. */
  async rename(ownerId: string, id: string, newName: string): Promise<RegisteredDevice> {
    const { database, devices } = this.#options
    const name = cleanName(newName)
    if (name === '') throw unreadableName()
    const device = await database.transaction((transaction) => devices.rename(transaction, ownerId, { id, name }))
    if (!device) throw deviceNotFound()
    return device
  }

  /** Ends the sessions of a device, which stays registered. Throws `device-not-found` or `session-not-found`. */
  async signOut(ownerId: string, deviceId: string): Promise<void> {
    const { database, devices, sessions } = this.#options
    const ended = await database.transaction(async (transaction) => {
      const ended = await sessions.endWithin(transaction, ownerId, { deviceId })
      if (ended.count > 0) return ended
      throw (await devices.isRegistered(transaction, ownerId, deviceId)) ? notSignedIn() : deviceNotFound()
    })
    ended.announce()
  }

  /** Ends the sessions of a device and forgets it. */
  async forget(ownerId: string, deviceId: string): Promise<void> {
    const { database, devices, sessions } = this.#options
    const ended = await database.transaction(async (transaction) => {
      const ended = await sessions.endWithin(transaction, ownerId, { deviceId })
      if (!(await devices.delete(transaction, ownerId, deviceId))) throw deviceNotFound()
      return ended
    })
    ended.announce()
  }
}

function deviceNotFound(): AppError {
  return new AppError('device-not-found', 'Check the device id; "GET /sync/devices" lists yours.')
}

function notSignedIn(): AppError {
  return new AppError('session-not-found', 'This device is not signed in; "GET /sync/sessions" lists those that are.')
}

function unreadableName(): AppError {
  const fields = [{ pointer: '/name', detail: 'Use a name with something that can be seen.' }]
  return new AppError('invalid-request', 'Correct the fields listed in "errors".', { fields })
}
