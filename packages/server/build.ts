/** Builds `dist`: the sources without their types; the compiler copies the contract, which they import. */
import { execFileSync } from 'node:child_process'
import { chmodSync, renameSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const fresh = here(`dist.${process.pid}.new`)
rmSync(fresh, { recursive: true, force: true })
const options = ['--project', here('tsconfig.build.json'), '--outDir', fresh]
execFileSync(here('../../node_modules/.bin/tsc'), options, { stdio: 'inherit' })
chmodSync(`${fresh}/main.js`, 0o755)
rmSync(here('dist'), { recursive: true, force: true })
renameSync(fresh, here('dist'))
