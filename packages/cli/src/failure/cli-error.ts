/** What scripts can tell apart, and how. */
export const EXIT_CODES = {
  failed: 1,
  usage: 2,
  'not-signed-in': 4,
  'not-found': 5,
  unreachable: 6,
  interrupted: 130,
} as const

export type FailureKind = keyof typeof EXIT_CODES

/** A failure that the user can do something about, told in one sentence. */
export class CliError extends Error {
  override name = 'CliError'
  declare readonly kind: FailureKind

  constructor(kind: FailureKind, message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
  }
}
