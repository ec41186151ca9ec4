import type { RegisteredDevice, SignedInDevice } from '@vektor/sdk'
import { alignColumns } from './columns.ts'
import { localTime } from './local-time.ts'
import { neutraliseLine } from './neutralise.ts'

/** Devices as lines: id, last seen, name, and which one this is. */
export function deviceRows(devices: readonly RegisteredDevice[]): string[] {
  return alignColumns(
    devices.map(({ id, last_seen, name, current }) => [
      neutraliseLine(id),
      localTime(last_seen),
      neutraliseLine(name) + (current ? ' (this one)' : ''),
    ]),
  )
}

/** Devices that are signed in as lines: id, last active, name, since when. */
export function sessionRows(sessions: readonly SignedInDevice[]): string[] {
  return alignColumns(
    sessions.map(({ device_id, last_sync, name, created_at }) => [
      neutraliseLine(device_id),
      localTime(last_sync),
      neutraliseLine(name),
      `since ${localTime(created_at)}`,
    ]),
  )
}
