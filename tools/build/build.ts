import { createHash } from 'node:crypto'
import { existsSync, globSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { inRoot } from '../support/root.ts'
import { type RunResult, run } from '../support/run.ts'

/** What is built, in any order: the packages read each other's sources. */
export const PACKAGES: readonly BuiltPackage[] = [
  { name: 'sdk', entry: 'dist/index.js', sources: [] },
  { name: 'server', entry: 'dist/main.js', sources: [] },
  { name: 'cli', entry: 'dist/vektor.js', sources: ['packages/sdk'] },
]

export interface BuiltPackage {
  name: string
  /** There when it is built. */
  entry: string
  /** Folders of other packages that go into it. */
  sources: readonly string[]
}

const cache = inRoot('node_modules/.cache/vektor-build')

/** Builds a package by its own `build.ts`, unless nothing has changed since the last time: then there is no result. */
export async function buildPackage({ name, entry, sources }: BuiltPackage): Promise<RunResult | undefined> {
  const folder = inRoot('packages', name)
  const stamp = `${cache}/${name}`
  const inputs = await hashInputs([`packages/${name}`, ...sources])
  const last = await readFile(stamp, 'utf8').catch(() => undefined)
  if (last === inputs && existsSync(`${folder}/${entry}`)) return undefined
  const result = await run('node', ['build.ts'], { cwd: folder })
  if (result.isSuccess) {
    await mkdir(cache, { recursive: true })
    await writeFile(stamp, inputs)
  }
  return result
}

async function hashInputs(folders: readonly string[]): Promise<string> {
  const patterns = folders.flatMap((folder) => [`${folder}/src/**`, `${folder}/*.{json,ts}`])
  const files = globSync(['tsconfig.base.json', 'pnpm-lock.yaml', ...patterns], { cwd: inRoot(), withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.includes('.test.'))
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .sort()
  const hash = createHash('sha256')
  for (const file of files) hash.update(`${file}\n`).update(await readFile(file))
  return hash.digest('hex')
}
