/** Builds `dist`: declarations by the compiler, and one module per entry, for opening twenty files takes longer than reading one. */
import { execFileSync } from 'node:child_process'
import { renameSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

rmSync(here('dist.new'), { recursive: true, force: true })
const options = ['--project', here('tsconfig.build.json'), '--emitDeclarationOnly', '--outDir', here('dist.new')]
execFileSync(here('../../node_modules/.bin/tsc'), options, { stdio: 'inherit' })
await build({
  entryPoints: [here('src/index.ts'), here('src/stream.ts'), here('src/archive.ts')],
  outdir: here('dist.new'),
  bundle: true,
  splitting: true,
  packages: 'external',
  format: 'esm',
  platform: 'neutral',
  target: 'es2023',
})
rmSync(here('dist'), { recursive: true, force: true })
renameSync(here('dist.new'), here('dist'))
