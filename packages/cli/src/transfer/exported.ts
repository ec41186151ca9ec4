export type ExportFormat = 'md' | 'json' | 'html'

/** What came of an export, for scripts. */
export interface Exported {
  /** The file or folder; undefined if it was printed. */
  path?: string
  /** How many files there are, where each conversation is one. */
  count?: number
}
