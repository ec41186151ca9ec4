import HistoryList from './list.ts'

/** The topic alone lists. */
export default class History extends HistoryList {
  static override summary = 'List, find, show, rename, export, import and delete conversations, and go back in them.'
  static override description = 'Without a verb it lists them.'
}
