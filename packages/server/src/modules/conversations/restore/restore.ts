import { AppError } from '../../../app-error.ts'

/** What is being restored, to whom. */
export interface Restore {
  id: string
  ownerId: string
  /** `merge` adds what is missing and brings back what is another now; `replace` takes away what is not in the archive too. */
  mode: 'merge' | 'replace'
}

/** How much a restore does. */
export interface RestoreCounts {
  conversationsAdded: number
  conversationsChanged: number
  conversationsRemoved: number
  messagesAdded: number
  messagesChanged: number
  messagesRemoved: number
}

/** What a restore does to one conversation. */
export interface RestoreChange {
  conversationId: string
  title: string | null
  action: 'add' | 'change' | 'remove'
  messagesAdded: number
  messagesChanged: number
  messagesRemoved: number
}

/** What was there when the restore began is not there any more. */
export function deletedMeanwhile(): AppError {
  const detail = 'Restore again: what is to be brought back was there when this began, and was deleted meanwhile.'
  return new AppError('account-busy', detail)
}

/** An archive whose records do not go together, or not with what the account has. */
export function contradiction(what: string): AppError {
  return new AppError('archive-invalid', `Use another archive: ${what}.`)
}
