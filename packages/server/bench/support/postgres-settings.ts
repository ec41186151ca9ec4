import { startEmbeddedPostgres } from '../../test/support/embedded-postgres.ts'
import { createEmptyDatabase } from '../../test/support/postgres.ts'

/** What makes a server use an empty database of a PostgreSQL: the one that `VEKTOR_TEST_PG_URL` names, or else one from npm. */
export async function postgresSettings(opened: AsyncDisposableStack): Promise<Record<string, string>> {
  const server = process.env.VEKTOR_TEST_PG_URL ?? opened.use(await startEmbeddedPostgres()).url
  const { url } = opened.use(await createEmptyDatabase(server))
  return { VEKTOR_DATABASE_URL: url, VEKTOR_SECRET: 'a secret that is long enough for a bench' }
}
