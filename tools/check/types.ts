/** Checks the types of every project in the repository: whatever has a `tsconfig.json` or a variant of it for tests. */
import { globSync } from 'node:fs'
import { ROOT } from '../support/root.ts'
import { run } from '../support/run.ts'

const pattern = ['{packages,examples}/*/tsconfig{,.test}.json', 'tools/tsconfig.json']
for (const project of globSync(pattern, { cwd: ROOT })) {
  const { isSuccess, output } = await run('tsc', ['--project', project, '--pretty'])
  if (isSuccess) continue
  process.stdout.write(`${project}\n${output}\n`)
  process.exitCode = 1
}
