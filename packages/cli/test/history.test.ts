import { afterAll, beforeAll, expect, test } from 'vitest'
import { Home } from './support/home.ts'
import { RealServer } from './support/real-server.ts'
import { runVektor } from './support/run-vektor.ts'

const NOBODY = '0197ef20-3d00-7b20-a1f4-0c9d8e7f6a5b'

let server: RealServer
let home: Home

const vektor = (args: string[], stdin?: string) => runVektor(args, home.environment(), stdin)

beforeAll(async () => {
  server = await RealServer.start()
  home = await Home.create()
  const who = ['--email', 'ana@example.com', '--username', 'ana', '--url', server.url]
  await vektor(['register', ...who], 'correct horse battery\n')
})

afterAll(async () => {
  await home[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

interface Answer {
  conversation_id: string
  message_id: string
  content: string
}
interface Shown {
  current_message_id: string
  messages: { id: string; role: string; content: string; parent_id: string | null }[]
}

async function ask(...args: string[]): Promise<Answer> {
  const { exitCode, stderr, stdout } = await vektor(['chat', '--json', '-m', 'eliza', ...args])
  expect([exitCode, stderr]).toEqual([0, ''])
  return JSON.parse(stdout)
}

async function show(id: string, ...args: string[]): Promise<Shown> {
  return JSON.parse((await vektor(['history', 'show', id, '--json', ...args])).stdout)
}

test('a search finds conversations by their words, without case or accents', async () => {
  const { conversation_id: id } = await ask('Un camión en el CAÑÓN')
  const found = await vektor(['history', 'search', 'canon', 'CAMION'])
  expect(found.stdout).toContain(id)
  expect(found.stdout.trim().split('\n')).toHaveLength(1)
  expect(JSON.parse((await vektor(['history', 'search', '"camion" canon', '--json'])).stdout)).toMatchObject([{ id }])
  const nothing = await vektor(['history', 'search', 'tren'])
  expect(nothing).toMatchObject({ exitCode: 0, stdout: '' })
  expect(nothing.stderr).toContain('Nothing was found.')
  expect((await vektor(['history', 'search'])).exitCode).toBe(2)
})

test('a search finds as many as --limit says, tells that there may be more, and has all of them with --all', async () => {
  for (const round of [1, 2, 3]) await ask(`una aguja, ${round}`)
  const search = (...args: string[]) => vektor(['history', 'search', 'aguja', ...args])
  const some = await search('--limit', '2')
  expect(some.stdout.trim().split('\n')).toHaveLength(2)
  expect(some.stderr).toContain('There may be more: --all lists them.')
  const all = await search('--all')
  expect(all.stdout.trim().split('\n')).toHaveLength(3)
  expect(all.stderr).toBe('')
})

test('a question is edited and answered again, and the tree shows all that there was', async () => {
  const { conversation_id: id, message_id: first } = await ask('Uno')
  const question = (await show(id)).messages[0]?.id ?? ''
  const edited = await ask('--conversation', id, '--edit', question, 'Eins')
  expect((await show(id)).messages.map(({ content }) => content)).toEqual(['Eins', edited.content])
  const again = await ask('--continue', '--regenerate')
  expect((await show(id)).messages.map(({ content }) => content)).toEqual(['Eins', again.content])
  const third = await ask('--conversation', id, '--regenerate', first)
  expect((await show(id)).messages.map(({ content }) => content)).toEqual(['Uno', third.content])

  const tree = await show(id, '--tree')
  expect(tree.messages).toHaveLength(6)
  const lines = (await vektor(['history', 'show', id, '--tree'])).stdout.trim().split('\n')
  expect(lines).toHaveLength(6)
  expect(lines.filter((line) => line.includes('●')).map((line) => line.split(' ')[0])).toEqual([
    question,
    third.message_id,
  ])
})

test('history branch goes back to the branch that ends at a message, and the conversation goes on there', async () => {
  const { conversation_id: id, message_id: first } = await ask('Uno')
  const question = (await show(id)).messages[0]?.id ?? ''
  await ask('--conversation', id, '--edit', question, 'Eins')
  const back = await vektor(['history', 'branch', id, first])
  expect(back).toMatchObject({ exitCode: 0, stdout: '', stderr: expect.stringContaining('goes on after this message') })
  expect((await show(id)).current_message_id).toBe(first)
  await ask('--conversation', id, 'Dos')
  const asked = (await show(id)).messages.filter(({ role }) => role === 'user')
  expect(asked.map(({ content }) => content)).toEqual(['Uno', 'Dos'])
  expect(JSON.parse((await vektor(['history', 'branch', id, first, '--json'])).stdout)).toMatchObject({ id })
  const nowhere = await vektor(['history', 'branch', id, NOBODY])
  expect(nowhere).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('has no such message') })
  expect((await vektor(['history', 'branch', NOBODY, first])).exitCode).toBe(5)
})

test('what cannot be edited or answered again says why', async () => {
  const { conversation_id: id, message_id: answer } = await ask('Hola')
  const refused = async (...args: string[]) => (await vektor(['chat', ...args])).exitCode
  expect(await refused('--edit', answer, 'x')).toBe(2)
  expect(await refused('--regenerate')).toBe(2)
  expect(await refused('--conversation', id, '--edit', answer)).toBe(2)
  expect(await refused('--conversation', id, '--edit', answer, 'x')).toBe(2)
  expect(await refused('--conversation', id, '--edit', NOBODY, 'x')).toBe(5)
  expect(await refused('--conversation', id, '--regenerate', NOBODY)).toBe(5)
  expect(await refused('--conversation', NOBODY, '--regenerate')).toBe(5)
  expect(await refused('--conversation', id, '--edit', answer, '--regenerate')).toBe(2)
})
