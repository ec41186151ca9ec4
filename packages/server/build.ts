/** Builds `dist`: the sources without their types, and what they read; the compiler copies what they import. */
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, renameSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const fresh = here(`dist.${process.pid}.new`)
rmSync(fresh, { recursive: true, force: true })
const options = ['--project', here('tsconfig.build.json'), '--outDir', fresh]
execFileSync(here('../../node_modules/.bin/tsc'), options, { stdio: 'inherit' })
for (const path of ['generated/openapi.yaml', 'http/pages/browser']) {
  cpSync(here(`src/${path}`), `${fresh}/${path}`, { recursive: true })
}
chmodSync(`${fresh}/main.js`, 0o755)
rmSync(here('dist'), { recursive: true, force: true })
renameSync(fresh, here('dist'))
