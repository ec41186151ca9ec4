import { createHmac, createSecretKey, hkdfSync } from 'node:crypto'
import type { Secret } from '../secret.ts'

/** The same text always gives the same fingerprint, and only who has the server's secret can try which text it was. */
export type Fingerprint = (text: string) => string

/** Addresses and names that people sign in with are counted and recognised, but never stored. */
export function createFingerprint(secret: Secret): Fingerprint {
  const key = createSecretKey(new Uint8Array(hkdfSync('sha256', secret.reveal(), '', 'vektor fingerprint', 32)))
  return (text) => createHmac('sha256', key).update(text).digest('base64url')
}
