/**
 * Builds `dist`: one module per command and what they share, so that a command reads little more than it needs; the
 * commands' table, so that nothing is searched for at start; and the answer to `--help`.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, globSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Plugin } from '@oclif/core'
import { build } from 'esbuild'
import { oclifConfig } from './src/oclif-config.ts'
import { version } from './src/package.ts'

const source = (path: string) => fileURLToPath(new URL(`src/${path}`, import.meta.url))

/** Puts a new build in the place of an old one at once. */
export async function buildCli(dist: string): Promise<void> {
  const fresh = `${dist}.${process.pid}.new`
  rmSync(fresh, { recursive: true, force: true })
  await bundle(fresh)
  await writeManifest(fresh)
  const help = execFileSync(process.execPath, [join(fresh, 'vektor.js'), 'help', '--help'], {
    env: { NO_COLOR: '1', FORCE_COLOR: '0', OCLIF_COLUMNS: '100' },
  })
  writeFileSync(join(fresh, 'help.txt'), help)
  chmodSync(join(fresh, 'vektor.js'), 0o755)
  rmSync(dist, { recursive: true, force: true })
  renameSync(fresh, dist)
}

async function bundle(outdir: string): Promise<void> {
  const commands = globSync('commands/**/*.ts', { cwd: source('') }).filter((path) => !path.endsWith('.test.ts'))
  const { metafile } = await build({
    entryPoints: [
      { in: source('main.ts'), out: 'vektor' },
      { in: source('help.ts'), out: 'help' },
      ...commands.map((path) => ({ in: source(path), out: path.replace(/\.ts$/, '') })),
    ],
    outdir,
    chunkNames: 'chunks/[name]-[hash]',
    absWorkingDir: fileURLToPath(new URL('.', import.meta.url)),
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['vektor-source'],
    // Ink asks for it only where somebody works on Ink.
    external: ['react-devtools-core'],
    jsx: 'automatic',
    legalComments: 'none',
    metafile: true,
    define: {
      'process.env.NODE_ENV': '"production"',
      'process.env.DEV': '"false"',
      VEKTOR_VERSION: JSON.stringify(version),
    },
    // Some of what is bundled is CommonJS, and asks for Node's own modules in its way.
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
  })
  writeFileSync(
    join(outdir, 'LICENSES.txt'),
    licenses(Object.keys(metafile.inputs).map((path) => fileURLToPath(new URL(path, import.meta.url)))),
  )
  const entry = join(outdir, 'vektor.js')
  writeFileSync(entry, `#!/usr/bin/env node\n${readFileSync(entry, 'utf8')}`)
}

/** The licenses of what is bundled ask to go with it. */
function licenses(inputs: string[]): string {
  const folders = new Set(inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []))
  const texts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const file = readdirSync(folder).find((entry) => /^licen[sc]e/i.test(entry))
    return `${name} ${version} (${license})\n\n${file ? readFileSync(join(folder, file), 'utf8').trim() : ''}\n`
  })
  return texts.join(`\n${'-'.repeat(80)}\n\n`)
}

/** What `oclif manifest` writes. */
async function writeManifest(root: string): Promise<void> {
  const plugin = new Plugin({
    root,
    pjson: oclifConfig,
    isRoot: true,
    ignoreManifest: true,
    errorOnManifestCreate: true,
  })
  await plugin.load()
  writeFileSync(join(root, 'oclif.manifest.json'), JSON.stringify(plugin.manifest))
}

if (import.meta.main) await buildCli(fileURLToPath(new URL('dist', import.meta.url)))
