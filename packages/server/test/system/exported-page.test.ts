/** What somebody exports and opens, in a real browser: from a file, where nothing protects it but itself. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { toPage } from '../../src/modules/conversations/export/page.ts'
import { blankMessage, type Conversation } from '../../src/modules/conversations/index.ts'
import { type Browser, openBrowser } from '../support/browser.ts'

let browser: Browser
let folder: string

beforeAll(async () => {
  browser = await openBrowser()
  folder = await mkdtemp(join(tmpdir(), 'vektor-page-'))
})
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

const PNG =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='
const SAID = `# Heading

<script>document.title = 'taken'</script> <img src=x onerror="document.title='taken'"> [link](javascript:alert(1))

![here](${PNG}) ![there](https://example.org/there.png)

| left | right |
|:--|--:|
| 1 | 2 |

\`\`\`ts
const a = '<b>'
\`\`\``

test('the page is what it says, complains of nothing, asks nobody for anything, and fits a telephone', async () => {
  const time = Date.UTC(2025, 6, 9)
  const conversation: Conversation = {
    id: 'c',
    ownerId: 'ana',
    title: 'A "title" </title><script>document.title="taken"</script>',
    model: 'eliza',
    system: null,
    currentMessageId: null,
    messageCount: 1,
    createdAt: time,
    updatedAt: time,
    expiresAt: null,
  }
  const place = { id: 'm', conversationId: 'c', parentId: null, createdAt: time }
  const message = { ...blankMessage(place), role: 'assistant' as const, content: SAID, status: 'completed' as const }
  const file = join(folder, 'page.html')
  await writeFile(file, await toPage({ conversation, messages: [{ ...message, reasoning: SAID }] }))

  const { page, complaints } = await browser.open()
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await page.setViewportSize({ width: 360, height: 700 })
  await page.goto(pathToFileURL(file).href)
  expect(await page.title()).toBe(conversation.title)
  expect(await page.locator('article h1').textContent()).toBe('Heading')
  expect(await page.locator('pre code').textContent()).toBe("const a = '<b>'\n")
  expect(await page.locator('img').evaluateAll((images) => images.map((image) => image.getAttribute('alt')))).toEqual([
    'here',
  ])
  const alignment = "getComputedStyle(document.querySelector('td:last-child')).textAlign"
  expect(await page.evaluate(alignment)).toBe('right')
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360)
  expect(complaints).toEqual([])
  expect(asked.filter((url) => !url.startsWith('data:'))).toEqual([pathToFileURL(file).href])
})
