/** Checks what would be published: packs each package as `pnpm publish` does and lets publint and attw look inside. */
import { globSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inRoot } from '../support/root.ts'
import { type RunResult, run } from '../support/run.ts'

const pnpm = process.env.npm_execpath ?? 'pnpm'

async function expectSuccess(title: string, result: Promise<RunResult>): Promise<void> {
  const { isSuccess, output } = await result
  if (isSuccess) return
  process.stdout.write(`${title}\n${output}\n`)
  process.exitCode = 1
}

await expectSuccess('build', run('node', [inRoot('tools/build/main.ts')]))
for (const name of ['sdk', 'server', 'cli']) {
  const folder = await mkdtemp(join(tmpdir(), 'vektor-pack-'))
  const pack = run(pnpm, ['pack', '--pack-destination', folder], { cwd: inRoot('packages', name) })
  await expectSuccess(`pack ${name}`, pack)
  for (const tarball of globSync(`${folder}/*.tgz`)) {
    await expectSuccess(`publint ${name}`, run('publint', ['run', tarball, '--strict']))
    if (name !== 'sdk') continue
    await expectSuccess('attw sdk', run('attw', [tarball, '--profile', 'esm-only', '--no-emoji']))
  }
  await rm(folder, { recursive: true })
}
