import { createHmac } from 'node:crypto'
import type { Secret } from '../secret.ts'
import type { Database } from './database.ts'

const FACT = 'secret-fingerprint'

/** The servers of this database sign with another secret. */
export class OtherSecretError extends Error {
  override name = 'OtherSecretError'
}

/**
 * The first server leaves a fingerprint of its secret in the database, and whoever has another one refuses to start: of
 * two secrets behind one load balancer, each would sign the other's people out.
 */
export async function requireSameSecret(database: Database, secret: Secret): Promise<void> {
  const value = createHmac('sha256', secret.reveal()).update('vektor: fingerprint of the secret').digest('base64url')
  const found = await database.transaction(async (transaction) => {
    await transaction('facts').insert({ name: FACT, value }).onConflict('name').ignore()
    return transaction<{ name: string; value: string }>('facts').where({ name: FACT }).first('value')
  })
  if (found?.value === value) return
  throw new OtherSecretError(
    `VEKTOR_SECRET is another one than that of the servers of this database: set theirs. To change it for all of them, which signs everybody out, stop them and run DELETE FROM facts WHERE name = '${FACT}' in the database.`,
  )
}
