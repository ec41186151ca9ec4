import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { expect, test } from 'vitest'

/** Bundles an entry for a browser, as an application would. */
async function bundle(entry: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [new URL(`../src/${entry}.ts`, import.meta.url).pathname],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
  })
  return outputFiles[0]?.contents ?? new Uint8Array()
}

// Bundling for a browser fails on any module of Node, so these tests hold the SDK to that as well.
test.each([
  ['index', 8_000],
  ['stream', 3_000],
  ['archive', 60_000],
])('%s bundles for browsers and weighs at most %i bytes, minified and compressed', async (entry, budget) => {
  expect(gzipSync(await bundle(entry), { level: 9 }).length).toBeLessThanOrEqual(budget)
})
