import SyncDevicesList from './list.ts'

/** The topic alone lists. */
export default class SyncDevices extends SyncDevicesList {
  static override summary = 'List, rename and remove devices.'
  static override description = 'Without a verb it lists them.'
}
