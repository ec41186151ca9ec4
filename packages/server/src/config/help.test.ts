import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { SETTINGS, type Setting } from './env.ts'
import { help } from './help.ts'
import { findNodeFault } from './node-version.ts'

const settings: Setting[] = Object.values(SETTINGS)

test('the help names every setting with its rule, its default and an example', () => {
  const text = help('1.2.3')
  const unwrapped = text.replace(/\n {6}/g, ' ')
  for (const { name, rule, example } of settings) {
    expect(text).toContain(`\n  ${name}\n`)
    expect(unwrapped).toContain(rule.replaceAll('`', ''))
    expect(text).toContain(`Example: ${name}=${example}\n`)
  }
  expect(text).toContain('Vektor 1.2.3')
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(120)
})

test("the README's table of settings is the server's own", async () => {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
  const rows = settings.map(({ name, purpose, rule, example, fallback }) => {
    const without = 'value' in fallback ? `\`${fallback.value}\`` : fallback.words
    return `| \`${name}\` | ${purpose} Takes ${rule}. | ${without} | \`${example}\` |`
  })
  expect(readme.split('\n').filter((line) => line.startsWith('| `VEKTOR_'))).toEqual(rows)
})

test.each(['18.20.4', '20.20.2', '22.11.0'])('Node %s is told to be too old', (version) => {
  expect(findNodeFault(version)).toBe(
    `vektor-server needs Node 22.12 or newer, and this is ${version}: install a newer one.`,
  )
})

test.each(['22.12.0', '23.0.0', '24.21.0', '26.1.0-nightly'])('Node %s is new enough', (version) => {
  expect(findNodeFault(version)).toBeUndefined()
})
