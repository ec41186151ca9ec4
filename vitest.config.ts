import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** Also given to Node itself, where `import` or `module` would make a `require` load what is not made for it. */
const resolve = { conditions: ['vektor-source', 'node'] }

const SERVER = 'packages/server'

/**
 * The server's tests with a database: whatever opens one through the tests' own support, and all faults, is run on each of
 * the two. What is about PostgreSQL alone says so in its name.
 */
const OPENS_DATABASE =
  /(openChatFixture|openJobFixture|openSessionFixture|startTestServer|startServerProcess|(create|open)TestDatabase)\(/
/** About the data folder and the file in it. */
const SQLITE_ALONE = 'test/process/start.test.ts'
const ON_POSTGRES = ['src/**/*.test.ts', 'test/{attacks,contract,faults,process}/**/*.test.ts', 'test/*.test.ts']
  .flatMap((pattern) => globSync(pattern, { cwd: join(import.meta.dirname, SERVER) }))
  .filter((file) => file !== SQLITE_ALONE)
  .filter(
    (file) =>
      /^test\/faults\/|\.postgres\.test\.ts$/.test(file) ||
      OPENS_DATABASE.test(readFileSync(join(import.meta.dirname, SERVER, file), 'utf8')),
  )

/** Machines that have other things to do are slow. */
const patience = { testTimeout: 60_000, hookTimeout: 60_000 }

export default defineConfig({
  test: {
    // Advice on making the tests faster is for those who work on them, not for everyone who runs them.
    experimental: { diagnostics: { import: false, isolate: false, transform: false } },
    projects: [
      ...['sdk', 'server', 'cli'].map((name) => ({
        resolve,
        ssr: { resolve },
        test: {
          name,
          root: `packages/${name}`,
          include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.{ts,tsx}'],
          exclude: ['test/system/**', '**/*.postgres.test.ts'],
          ...patience,
        },
      })),
      {
        resolve,
        ssr: { resolve },
        test: {
          name: 'server-postgres',
          root: SERVER,
          include: ON_POSTGRES,
          globalSetup: join(import.meta.dirname, SERVER, 'test/support/postgres-global-setup.ts'),
          ...patience,
        },
      },
      { test: { name: 'tools', include: ['tools/**/*.test.ts'] } },
      {
        resolve,
        ssr: { resolve },
        test: {
          name: 'system',
          include: ['packages/*/test/system/**/*.test.{ts,tsx}'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
