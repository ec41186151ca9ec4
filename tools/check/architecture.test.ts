import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const config: { forbidden: { name: string }[] } = createRequire(import.meta.url)(`${root}.dependency-cruiser.cjs`)

const server = (path: string) => `packages/server/src/${path}`

/** One import for every rule that it breaks: who imports what. */
const VIOLATIONS: [rule: string, from: string, to: string][] = [
  ['no-cycles', server('database/chicken.ts'), './egg.ts'],
  ['everything-resolves', server('id.ts'), './nowhere.ts'],
  ['cli-never-sees-server', 'packages/cli/src/peek.tsx', '../../server/src/secret.ts'],
  ['cli-sees-sdk-from-outside', 'packages/cli/src/reach.ts', '../../sdk/src/vektor.ts'],
  ['sdk-and-server-stand-alone', server('client.ts'), '../../sdk/src/index.ts'],
  ['tools-run-what-is-built', 'tools/dev/main.ts', '../../packages/server/src/secret.ts'],
  ['sdk-runs-everywhere', 'packages/sdk/src/files.ts', 'node:fs'],
  ['modules-meet-at-index', server('modules/chat/burglar.ts'), '../accounts/account.ts'],
  ['foundation-knows-no-modules', server('http/mount.ts'), '../modules/accounts/index.ts'],
  ['wire-types-stop-at-routes', server('modules/chat/leak.ts'), '../../generated/openapi.ts'],
  ['knex-only-in-repositories', server('modules/chat/query.ts'), 'knex'],
  ['routes-know-no-storage', server('modules/chat/routes.ts'), './repository.ts'],
  ['services-know-no-http', server('modules/chat/service.ts'), '../../http/handler.ts'],
  ['only-main-starts-the-app', server('log.ts'), './app.ts'],
  ['no-test-code-in-product', server('config/fake.ts'), '../../test/support/fake.ts'],
  ['no-development-dependency-in-product', server('config/helper.ts'), 'helper'],
]

/** What the table allows, and the second half of the circle. */
const ALLOWED: [from: string, to: string][] = [
  [server('database/egg.ts'), './chicken.ts'],
  ['packages/cli/src/ask.ts', '../../sdk/src/index.ts'],
  [server('app.ts'), './modules/accounts/index.ts'],
  [server('main.ts'), './app.ts'],
  [server('modules/chat/talk.ts'), '../accounts/index.ts'],
  [server('modules/chat/repository.ts'), 'knex'],
  [server('modules/chat/wire.ts'), '../../generated/openapi.ts'],
  [server('modules/accounts/routes.ts'), '../../http/handler.ts'],
  [server('modules/chat/service.test.ts'), '../accounts/account.ts'],
]

const OTHERS = [
  ...['secret', 'modules/accounts/index', 'modules/accounts/account', 'generated/openapi', 'http/handler'].map((name) =>
    server(`${name}.ts`),
  ),
  'packages/server/test/support/fake.ts',
  'packages/sdk/src/index.ts',
  'packages/sdk/src/vektor.ts',
]

let folder: string
let broken: [rule: string, from: string, to: string][]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vektor-architecture-'))
  const imports = [...VIOLATIONS.map(([, from, to]) => [from, to] as const), ...ALLOWED]
  for (const path of OTHERS) await write(path, 'export type Thing = 1\n')
  // Types count as much as values do, but for dependencies: those of development may have types.
  for (const [from, to] of imports)
    await write(from, `import ${to === 'helper' ? '' : 'type '}{ Thing } from '${to}'\n`)
  const manifest = { name: 'x', dependencies: { knex: '1.0.0' }, devDependencies: { helper: '1.0.0' } }
  await write('packages/server/package.json', JSON.stringify(manifest))
  for (const name of ['knex', 'helper']) {
    await write(`packages/server/node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' }))
    await write(`packages/server/node_modules/${name}/index.js`, '')
  }
  broken = await cruise()
}, 30_000)

afterAll(() => rm(folder, { recursive: true }))

test.each(VIOLATIONS)('%s fails when %s imports %s', (rule, from) => {
  expect(broken.map(([name, file]) => `${name}: ${file}`)).toContain(`${rule}: ${from}`)
})

test('every rule is broken by one of these imports', () => {
  const names = new Set(VIOLATIONS.map(([rule]) => rule))
  expect(config.forbidden.map(({ name }) => name).filter((name) => !names.has(name))).toEqual([])
})

test('an import breaks no other rule than its own, and allowed imports none', () => {
  const expected = new Set(VIOLATIONS.map(([rule, from]) => `${rule}: ${from}`))
  expect(broken.filter(([rule, from]) => !expected.has(`${rule}: ${from}`))).toEqual([])
})

async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true })
  await writeFile(join(folder, path), content)
}

/** Exits with an error, for there are violations: what counts is what it prints. */
async function cruise(): Promise<[rule: string, from: string, to: string][]> {
  const args = ['--config', `${root}.dependency-cruiser.cjs`, '--output-type', 'json', 'packages', 'tools']
  const output = await new Promise<string>((resolve) => {
    const options = { cwd: folder, maxBuffer: 2 ** 26 }
    execFile(join(root, 'node_modules/.bin/depcruise'), args, options, (_error, stdout) => resolve(stdout))
  })
  const { summary }: { summary: { violations: { rule: { name: string }; from: string; to: string }[] } } =
    JSON.parse(output)
  return summary.violations.map(({ rule, from, to }) => [rule.name, from, to])
}
