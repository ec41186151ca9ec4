import type { TestProject } from 'vitest/node'
import { type EmbeddedServer, startEmbeddedPostgres } from './embedded-postgres.ts'
import { createTemplate } from './postgres.ts'

/** One PostgreSQL for all tests of the project: the one that `VEKTOR_TEST_PG_URL` names, or else one from npm. */
// biome-ignore lint/style/noDefaultExport: vitest calls a global setup by its file's default export.
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.VEKTOR_TEST_PG_URL
  const embedded: EmbeddedServer | undefined = given ? undefined : await startEmbeddedPostgres()
  const template = await createTemplate(given ?? embedded?.url ?? '')
  project.provide('postgres', { url: template.url, template: template.template })
  return async () => {
    await template[Symbol.asyncDispose]()
    await embedded?.[Symbol.asyncDispose]()
  }
}
