import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildCli } from '../../build.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const BUILDS = join(ROOT, 'node_modules/.cache/vektor')

/** The executable as users get it, built from the sources as they are now; test files at once share one build. */
export async function builtCli(): Promise<string> {
  const build = join(BUILDS, fingerprint())
  if (!existsSync(build)) {
    mkdirSync(BUILDS, { recursive: true })
    for (const old of readdirSync(BUILDS)) if (!old.includes('.')) rmSync(join(BUILDS, old), { recursive: true })
    const own = `${build}.${process.pid}`
    await buildCli(own)
    try {
      renameSync(own, build)
    } catch {
      // Another test file was first.
      rmSync(own, { recursive: true })
    }
  }
  return join(build, 'vektor.js')
}

function fingerprint(): string {
  const hash = createHash('sha256')
  for (const path of globSync(['build.ts', 'package.json', 'src/**/*', '../sdk/src/**/*'], { cwd: ROOT }).sort()) {
    if (/\.(ts|tsx|json)$/.test(path) && !path.includes('.test.'))
      hash.update(path).update(readFileSync(join(ROOT, path)))
  }
  return hash.digest('hex').slice(0, 16)
}
