import { VektorError } from '../vektor-error.ts'
import type { WatchedSource } from './streams.ts'

/** The codes are those of the server, for whoever asks either. */
export function damaged(what: string, cause?: unknown): VektorError {
  const message = `Use another archive: this one is damaged, or no backup at all (${what}).`
  return new VektorError('archive-invalid', message, { cause })
}

/** What gzip, tar and age say about something that they cannot read; if it broke off, that. */
export function failureOf(error: unknown, { failure }: WatchedSource): unknown {
  if (failure) return failure.error
  if (error instanceof VektorError || !(error instanceof Error)) return error
  return damaged(error.message.toLowerCase() || 'it breaks off, or its checksum is wrong', error)
}
