import { execFile } from 'node:child_process'
import { glob, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const PACKAGE = new URL('..', import.meta.url).pathname
const COMPILER = new URL('../../../node_modules/.bin/tsc', import.meta.url).pathname

/** What the examples take as given, as a reader would. */
const GIVEN = `
import type { ChatRequest, ChatStream, CredentialStore, Vektor } from '@vektor/sdk'
declare global {
  const vektor: Vektor
  const stream: ChatStream
  const request: ChatRequest
  const store: CredentialStore
  const [baseUrl, accessToken, deviceId, conversationId, messageId]: string[] & [string, string, string, string, string]
  const [id, email, username, password, passphrase]: string[] & [string, string, string, string, string]
  const input: HTMLInputElement
  const output: HTMLElement
  function show(text: string): void
  function keepOnly(length: number, reasoningLength: number): void
  function showBanner(text: string): void
  function askForAnotherName(): void
  function mark(pointer: string, detail: string): void
}
`

function codeBlocks(markdown: string): string[] {
  return [...markdown.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code ?? '')
}

/** The text of a file's doc comments. */
function comments(source: string): string {
  return [...source.matchAll(/^ *\/\*\*\n(.*?)\*\//gms)].map(([, text]) => text?.replaceAll(/^ *\* ?/gm, '')).join('\n')
}

/** An example as a module: its imports, then the rest as it would stand in a function. */
function asModule(code: string): string {
  const lines = code.split('\n')
  const imports = lines.filter((line) => line.startsWith('import '))
  const rest = lines.filter((line) => !line.startsWith('import '))
  return [...imports, 'export async function example() {', ...rest, '}'].join('\n')
}

async function examples(): Promise<string[]> {
  const sources = await Array.fromAsync(
    glob('src/**/*.ts', { cwd: PACKAGE, exclude: ['**/*.test.ts', '**/generated/**'] }),
  )
  const docs = await Promise.all(sources.map(async (path) => comments(await readFile(join(PACKAGE, path), 'utf8'))))
  const readmes = ['README.md', '../../README.md'].map((path) => readFile(join(PACKAGE, path), 'utf8'))
  return [...(await Promise.all(readmes)), ...docs].flatMap(codeBlocks)
}

test('every example of the READMEs and of the doc comments compiles', async () => {
  const folder = await mkdtemp(join(PACKAGE, 'test', 'examples-'))
  try {
    const codes = await examples()
    expect(codes.length).toBeGreaterThan(15)
    await Promise.all(codes.map((code, index) => writeFile(join(folder, `example-${index}.ts`), asModule(code))))
    await writeFile(join(folder, 'given.d.ts'), GIVEN)
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: '../../tsconfig.test.json', include: ['.'] }),
    )
    const compiled = promisify(execFile)(COMPILER, ['-p', folder], { encoding: 'utf8' })
    expect(await compiled.catch(({ stdout }: { stdout: string }) => ({ stdout }))).toMatchObject({ stdout: '' })
  } finally {
    await rm(folder, { recursive: true })
  }
})
