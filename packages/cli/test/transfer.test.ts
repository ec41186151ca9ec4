import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Home } from './support/home.ts'
import { RealServer } from './support/real-server.ts'
import { runVektor } from './support/run-vektor.ts'
import { TestTerminal } from './support/terminal.ts'

const NOBODY = '0197ef20-3d00-7b20-a1f4-0c9d8e7f6a5b'

let server: RealServer
let home: Home
/** Somebody else's computer. */
let other: Home

const vektor = (args: string[], stdin?: string) => runVektor(args, home.environment(), stdin)

beforeAll(async () => {
  server = await RealServer.start({ settings: { VEKTOR_IMPORT_LIMIT: '1mb' } })
  home = await Home.create()
  other = await Home.create()
  for (const [who, name] of [
    [home, 'ana'],
    [other, 'bob'],
  ] as const) {
    const args = ['register', '--email', `${name}@example.com`, '--username', name, '--url', server.url]
    await runVektor(args, who.environment(), 'correct horse battery\n')
  }
})

afterAll(async () => {
  await Promise.all([home, other].map((one) => one[Symbol.asyncDispose]()))
  await server[Symbol.asyncDispose]()
})

async function ask(question: string): Promise<{ conversation_id: string; content: string }> {
  return JSON.parse((await vektor(['chat', '--json', '-m', 'eliza', question])).stdout)
}

function node(id: string, parent: string | null, role: string, text: string) {
  const message = { id, author: { role }, create_time: 1_710_000_000, content: { content_type: 'text', parts: [text] } }
  return [id, { id, parent, children: [], message }] as const
}

/** What ChatGPT would have exported. */
function chatgpt(id: string, title = `From elsewhere: ${id}`) {
  const mapping = Object.fromEntries([node('q', null, 'user', 'Where to?'), node('a', 'q', 'assistant', 'To Cádiz')])
  return {
    title,
    create_time: 1_710_000_000,
    update_time: 1_710_000_000,
    mapping,
    current_node: 'a',
    conversation_id: id,
  }
}

test('one conversation is printed as Markdown, or written in another format', async () => {
  const { content, conversation_id: id } = await ask('Hola, ¿qué tal?')
  const printed = await vektor(['history', 'export', id])
  expect(printed).toMatchObject({ exitCode: 0, stderr: '' })
  expect(printed.stdout).toMatch(/^# Hola, ¿qué tal\?\n\n- Date: .*\n- Model: eliza\n\n## User\n\nHola, ¿qué tal\?\n/)
  expect(printed.stdout).toContain(content)

  const page = join(home.path, 'page.html')
  const written = await vektor(['history', 'export', id, '--format', 'html', '--output', page])
  expect(written).toMatchObject({ exitCode: 0, stdout: '', stderr: `Exported ${page}\n` })
  expect(await readFile(page, 'utf8')).toMatch(/^<!doctype html>/)
  expect((await stat(page)).mode & 0o777).toBe(0o600)

  const named = await vektor(['history', 'export', id, '-f', 'json', '-o', home.path, '--json'])
  const { path } = JSON.parse(named.stdout)
  expect(path).toMatch(/\/\d{4}-\d\d-\d\d Hola, ¿qué tal [0-9a-f]{12}\.json$/)
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ format: 'vektor-conversation', id })
})

test('all conversations are one file, which is imported again, here and elsewhere', async () => {
  const { conversation_id: id } = await ask('Todo')
  const file = join(home.path, 'history.json')
  expect(await vektor(['history', 'export', '--all', '--output', file])).toMatchObject({ exitCode: 0, stdout: '' })
  const printed = await vektor(['history', 'export', '--all'])
  expect(JSON.parse(printed.stdout)).toEqual(JSON.parse(await readFile(file, 'utf8')))
  const again = await vektor(['history', 'import', file])
  expect(again).toMatchObject({ exitCode: 0, stdout: '' })
  expect(again.stderr).toMatch(/^Imported nothing; \d+ (was|were) there already\.\n$/)

  const elsewhere = await runVektor(['history', 'import', '-', '--json'], other.environment(), printed.stdout)
  expect(elsewhere).toMatchObject({ exitCode: 0, stderr: '' })
  const reports: { source_id: string; status: string }[] = JSON.parse(elsewhere.stdout)
  expect(reports.every(({ status }) => status === 'imported')).toBe(true)
  expect(reports.map(({ source_id }) => source_id)).toContain(id)
})

test('all conversations as pages or as Markdown are files in a folder, always the same ones', async () => {
  const folder = join(home.path, 'notes', 'of mine')
  for (let round = 0; round < 2; round += 1) {
    const run = await vektor(['history', 'export', '--all', '--format', 'md', '--output', folder])
    expect(run).toMatchObject({ exitCode: 0, stdout: '' })
  }
  const names = await readdir(folder)
  const { stdout } = await vektor(['history', '--all', '--json'])
  expect(names).toHaveLength(JSON.parse(stdout).length)
  for (const name of names) expect(name).toMatch(/^\d{4}-\d\d-\d\d .+ [0-9a-f]{12}\.md$/)
})

test("ChatGPT's export is imported, and what is refused is told and makes the exit code 1", async () => {
  const file = join(home.path, 'conversations.json')
  await writeFile(file, JSON.stringify([chatgpt('a'), chatgpt('b')]))
  expect(await vektor(['history', 'import', file])).toEqual({
    exitCode: 0,
    stdout: '',
    stderr: 'Imported 2 conversations with 4 messages.\n',
  })
  await writeFile(file, JSON.stringify([chatgpt('a'), chatgpt('c'), { ...chatgpt('d', 'Empty'), mapping: {} }]))
  expect(await vektor(['history', 'import', file])).toEqual({
    exitCode: 1,
    stdout: '',
    stderr:
      'Refused, "Empty": There is nothing in it.\nImported 1 conversation with 2 messages; 1 was there already; 1 was refused.\n',
  })
  const quiet = await vektor(['history', 'import', file, '--quiet'])
  expect(quiet).toEqual({ exitCode: 1, stdout: '', stderr: 'Refused, "Empty": There is nothing in it.\n' })
  const json = await vektor(['history', 'import', file, '--json'])
  expect(json).toMatchObject({ exitCode: 1, stderr: '' })
  expect(JSON.parse(json.stdout)).toMatchObject([
    { status: 'already_there' },
    { status: 'already_there' },
    { status: 'refused', reason: 'There is nothing in it.' },
  ])
  expect((await vektor(['history', 'search', 'cadiz'])).stdout).toContain('From elsewhere: a')
})

test('a terminal shows how far an import is, and in the end only what came of it', async () => {
  const file = join(home.path, 'watched.json')
  await writeFile(file, JSON.stringify([chatgpt('w'), { ...chatgpt('v', 'a\u001b[2Jb'), mapping: {} }]))
  const args = ['history', 'import', file]
  await using terminal = await TestTerminal.open({ args, environment: home.environment() })
  expect(await terminal.exits()).toBe(1)
  expect(terminal.output).toContain('Sending the file…')
  expect(terminal.output).not.toContain('\u001b[2J')
  expect(terminal.lines.filter((line) => line !== '')).toEqual([
    expect.stringMatching(/^Refused, "a.?\[2Jb": There is nothing in it\.$/),
    'Imported 1 conversation with 2 messages; 1 was refused.',
  ])
  await using quiet = await TestTerminal.open({ args: [...args, '--quiet'], environment: home.environment() })
  await quiet.exits()
  expect(quiet.output).not.toContain('Sending')
})

test('what cannot be done says so in a sentence', async () => {
  const told = async (args: string[], stdin?: string) => {
    const { exitCode, stderr } = await vektor(['history', ...args], stdin)
    return [exitCode, stderr.split('\n')[0]]
  }
  const large = join(home.path, 'large.json')
  await writeFile(large, `[${' '.repeat(1_100_000)}]`)
  const hidden = join(home.path, 'hidden')
  await mkdir(hidden)
  await chmod(hidden, 0o500)
  expect(await told(['export'])).toEqual([2, 'Name one conversation, or say --all.'])
  expect(await told(['export', NOBODY, '--all'])).toEqual([2, 'Name one conversation, or say --all.'])
  expect(await told(['export', '--all', '--format', 'md'])).toEqual([2, 'Say into which folder with --output FOLDER.'])
  expect((await told(['export', '--all', '--format', 'pdf']))[0]).toBe(2)
  expect(await told(['export', NOBODY])).toEqual([5, 'There is no such conversation: vektor history lists yours.'])
  expect(await told(['export', '--all', '-o', join(home.path, 'no', 'such', 'folder')])).toEqual([
    1,
    expect.stringContaining('cannot be written'),
  ])
  expect((await told(['import']))[0]).toBe(2)
  expect(await told(['import', '/nowhere.zip'])).toEqual([1, 'There is no file /nowhere.zip.'])
  expect(await told(['import', home.path])).toEqual([1, `${home.path} is a folder, not a file.`])
  expect(await told(['import', large])).toEqual([1, 'The file is too long for this server (1 MB).'])
  expect(await told(['import', '-'], 'no export')).toEqual([
    1,
    'This is neither JSON nor a ZIP archive. Send what Vektor, ChatGPT or Open WebUI has exported.',
  ])
  expect(await readdir(home.path)).not.toContainEqual(expect.stringContaining('.part'))
})
