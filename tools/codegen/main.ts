/** Writes what is generated from `openapi.yaml`. With `--check` it writes nothing and fails if a file is out of date. */
import { readFile, rename, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import openapiTS, { astToString } from 'openapi-typescript'
import { parse } from 'yaml'

const root = new URL('../../', import.meta.url)
const contractUrl = new URL('openapi.yaml', root)

/** Every generated file, by its path from the root. */
async function generate(): Promise<Map<string, string>> {
  const types = astToString(await openapiTS(contractUrl, { silent: true }))
  const yaml = await readFile(contractUrl, 'utf8')
  const contract = parse(yaml, { merge: true, maxAliasCount: -1 })
  return new Map([
    ['packages/sdk/src/generated/openapi.ts', types],
    ['packages/server/src/generated/openapi.ts', types],
    ['packages/server/src/generated/openapi.yaml', yaml],
    ['packages/server/src/generated/openapi.json', `${JSON.stringify(contract, null, 2)}\n`],
  ])
}

async function isCurrent(path: string, content: string): Promise<boolean> {
  const present = await readFile(new URL(path, root), 'utf8').catch(() => undefined)
  return present === content
}

/** By way of a second file, so that no reader ever meets half of one. */
async function write(path: string, content: string): Promise<void> {
  const url = new URL(path, root)
  const temporary = `${fileURLToPath(url)}.${process.pid}`
  await writeFile(temporary, content)
  await rename(temporary, url)
}

const isCheck = process.argv.includes('--check')
for (const [path, content] of await generate()) {
  if (await isCurrent(path, content)) continue
  if (isCheck) {
    console.error(`${path} is not what openapi.yaml says. Run: npx pnpm@12 generate`)
    process.exitCode = 1
  } else {
    await write(path, content)
    console.log(`wrote ${path}`)
  }
}
