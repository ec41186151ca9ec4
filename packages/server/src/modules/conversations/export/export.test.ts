import fc from 'fast-check'
import { expect, test } from 'vitest'
import { blankMessage, type Conversation, type Message } from '../conversation.ts'
import { attachment, fileNameOf } from './file-name.ts'
import { toMarkdown } from './markdown.ts'
import { toPage } from './page.ts'

const JULY = Date.UTC(2025, 6, 9, 14, 20)

const CONVERSATION: Conversation = {
  id: 'c',
  ownerId: 'ana',
  title: 'Saludos',
  model: 'eliza',
  system: null,
  currentMessageId: null,
  messageCount: 0,
  createdAt: JULY,
  updatedAt: JULY,
  expiresAt: null,
}

function said(content: string, more: Partial<Message> = {}): Message {
  const place = { id: 'm', conversationId: 'c', parentId: null, createdAt: JULY }
  return { ...blankMessage(place), role: 'user', content, status: 'completed', ...more }
}

const markdownOf = (messages: Message[], more: Partial<Conversation> = {}) =>
  toMarkdown({ conversation: { ...CONVERSATION, ...more }, messages })
const pageOf = (messages: Message[], more: Partial<Conversation> = {}) =>
  toPage({ conversation: { ...CONVERSATION, ...more }, messages })

test('as Markdown a conversation has its title, its date, its model and a section for each message', () => {
  const answer = said('¿Y tú?', {
    role: 'assistant',
    model: 'eliza',
    reasoning: 'Polite.\n\n# Really',
    status: 'cancelled',
  })
  expect(markdownOf([said('Hola'), answer], { system: 'Be brief.\nBe kind.' })).toBe(`# Saludos

- Date: 2025-07-09 14:20 UTC
- Model: eliza

## Instructions

> Be brief.
> Be kind.

## User

Hola

## Assistant

> Polite.
>
> # Really

¿Y tú?

*This answer was stopped.*
`)
})

test.each([
  ['```js\nlet a = 1', '```js\nlet a = 1\n```'],
  ['~~~~\n```\n~~~', '~~~~\n```\n~~~\n~~~~'],
  ['```\na\n```', '```\na\n```'],
  ['````\n```\nb\n```\n````', '````\n```\nb\n```\n````'],
  ['``` not `a` fence', '``` not `a` fence'],
])('code that breaks off swallows nothing of what comes after it: %j', (content, expected) => {
  expect(markdownOf([said(content), said('Next')])).toContain(`## User\n\n${expected}\n\n## User\n\nNext\n`)
})

test('a title is a title, whatever it is made of', () => {
  const title = '# [x](javascript:1) <script> `a` **b**'
  expect(markdownOf([], { title })).toContain('# \\# \\[x\\](javascript:1) \\<script\\> \\`a\\` \\*\\*b\\*\\*\n')
})

test('a page shows what was said as Markdown, and everything else as text', async () => {
  const page = await pageOf([said('**bold** <b>not</b>\n\n```js\n"<i>"\n```')], { title: '<script>alert(1)</script>' })
  expect(page).toContain('<strong>bold</strong> &lt;b&gt;not&lt;/b&gt;')
  expect(page).toContain('<pre><code class="language-js">&quot;&lt;i&gt;&quot;\n</code></pre>')
  expect(page).toContain('<title>&lt;script&gt;alert(1)&lt;/script&gt;</title>')
  expect(page).not.toContain('<script')
})

test('a page asks nobody for anything: images are in it, or told by their addresses', async () => {
  const png = 'data:image/png;base64,iVBORw0KGgo='
  const image = (url: string) => ({ type: 'image' as const, url })
  const parts = [
    image(png),
    image('https://example.org/a.png?"onerror="x'),
    image('data:image/svg+xml;base64,PHN2Zz4='),
  ]
  const page = await pageOf([
    said('', { parts }),
    said(`![a](${png}) ![b](https://example.org/b.png) ![c](data:text/html,x)`),
  ])
  expect(page.match(/<img [^>]*>/g)).toEqual([`<img src="${png}" alt="image">`, `<img src="${png}" alt="a">`])
  expect(page).toContain('[b: <code>https://example.org/b.png</code>]')
  expect(page).not.toMatch(/(?:src|srcset|poster|data|action)="?(?!data:image\/png)[a-z]+:/i)
  expect(page).toContain("default-src 'none'; style-src 'sha256-")
})

test('a page has no style but its own', async () => {
  const page = await pageOf([said('| a | b |\n|:-:|--:|\n| 1 | 2 |')])
  expect(page).toContain('<th class="to-center">a</th>')
  expect(page).not.toContain('style=')
})

test('whatever was said, a page has no element and no attribute that we did not write', async () => {
  const hostile = fc.constantFrom(
    '<',
    '>',
    '"',
    "'",
    '&',
    '`',
    '[x](',
    'javascript:alert(1)',
    ')',
    '<script>',
    ' onerror=',
    '\n',
    '!',
    '<!--',
    '](',
  )
  await fc.assert(
    fc.asyncProperty(fc.array(hostile, { maxLength: 12 }), async (pieces) => {
      const text = pieces.join('')
      const page = await pageOf([said(text, { role: 'assistant', reasoning: text, model: text })], {
        title: text,
        system: text,
      })
      const body = page.slice(page.indexOf('<body>'))
      expect(body).not.toMatch(/<(?:script|iframe|object|embed|base|form|svg|style|link|meta)|<[^>]*\son\w+=/i)
      expect(body).not.toMatch(/<[^>]*(?:href|src)="\s*(?:javascript|vbscript|data:text)/i)
    }),
    { numRuns: 300 },
  )
})

test.each([
  ['Saludos', 'Saludos.md'],
  ['¿Qué tal?', '¿Qué tal.md'],
  ['../../etc/passwd', 'etc passwd.md'],
  ['C:\\x\r\nSet-Cookie: a="b"', 'C x Set-Cookie a= b.md'],
  ['\u202egnp.exe', 'gnp.exe.md'],
  ['.hidden', 'hidden.md'],
  [' . ', 'conversation.md'],
  [null, 'conversation.md'],
  ['x'.repeat(500), `${'x'.repeat(80)}.md`],
])('the title %j makes a file name that is safe everywhere', (title, name) => {
  expect(fileNameOf(title, 'md')).toBe(name)
})

test('a file name goes into its header whole, for those who can read it, and in ASCII for others', () => {
  expect(attachment('Saludos.md')).toBe('attachment; filename="Saludos.md"')
  expect(attachment("Cañón (100%) d'été.md")).toBe(
    `attachment; filename="Canon (100_) d'ete.md"; filename*=UTF-8''Ca%C3%B1%C3%B3n%20%28100%25%29%20d%27%C3%A9t%C3%A9.md`,
  )
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (title) => {
      const header = attachment(fileNameOf(title, 'md'))
      expect(header).toMatch(/^attachment; filename="[^"\\]+\.md"(?:; filename\*=UTF-8''[\w%.!~-]+\.md)?$/)
      expect(header).toMatch(/^[\x20-\x7e]+$/)
    }),
  )
})
