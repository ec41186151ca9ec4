import { defineConfig } from 'vitest/config'

/** Also given to Node itself, where `import` or `module` would make a `require` load what is not made for it. */
const resolve = { conditions: ['vektor-source', 'node'] }

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
          exclude: ['test/system/**'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      })),
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
