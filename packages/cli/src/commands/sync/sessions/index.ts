import SyncSessionsList from './list.ts'

/** The topic alone lists. */
export default class SyncSessions extends SyncSessionsList {
  static override summary = 'List the other devices that are signed in, and sign them out.'
  static override description = 'Without a verb it lists them.'
}
