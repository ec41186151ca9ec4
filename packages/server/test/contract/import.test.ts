import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chatgptConversation, chatgptExchange, MARCH, node } from '../support/chatgpt-export.ts'
import { exportAll, importFile, sendFile, show } from '../support/import-file.ts'
import { chatOf } from '../support/sample-requests.ts'
import type { SignedIn } from '../support/sign-up.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { zip } from '../support/zip.ts'

let server: TestServer
let count = 0
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server[Symbol.asyncDispose]())

const somebody = () => server.signUp(`importer${++count}`)

function send(who: SignedIn, method: string, path: string, body: object): Promise<Response> {
  return who.fetch(path, { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
}

async function search(who: SignedIn, q: string): Promise<{ id: string; message_count: number }[]> {
  return JSON.parse(await (await who.fetch(`/chat/history?${new URLSearchParams({ q })}`)).text())
}

describe("ChatGPT's export", () => {
  test('is imported with its texts, models and times, and found by its words', async () => {
    const ana = await somebody()
    const [report] = await importFile(ana, [chatgptExchange('one', '¿Dónde está el cañón?', 'In Arizona.')])
    expect(report).toEqual({
      source_id: 'one',
      title: 'Conversation one',
      status: 'imported',
      conversation_id: expect.any(String),
      new_messages: 2,
    })
    const id = report?.conversation_id ?? ''
    expect(await show(ana, id)).toMatchObject({
      title: 'Conversation one',
      model: 'gpt-4o',
      created_at: new Date(MARCH * 1_000).toISOString(),
      updated_at: new Date((MARCH + 60) * 1_000).toISOString(),
      messages: [
        { role: 'user', content: '¿Dónde está el cañón?', parent_id: null, status: 'completed' },
        { role: 'assistant', content: 'In Arizona.', model: 'gpt-4o-mini', finish_reason: 'stop' },
      ],
    })
    expect(await search(ana, 'canon donde')).toMatchObject([{ id, message_count: 2 }])
    expect(await search(ana, 'arizona')).toMatchObject([{ id }])
  })

  test('goes on here where it ended', async () => {
    const ana = await somebody()
    const [report] = await importFile(ana, [chatgptExchange('one')])
    const more = {
      model: 'eliza',
      conversation_id: report?.conversation_id,
      messages: [{ role: 'user', content: 'Más' }],
    }
    await (await send(ana, 'POST', '/chat/stream', more)).text()
    expect((await show(ana, report?.conversation_id ?? '')).messages.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'user',
      'assistant',
    ])
  })

  test('is taken as the archive that it comes in, whole or in parts, and nothing else of it', async () => {
    const ana = await somebody()
    const part = (id: string) => JSON.stringify([chatgptExchange(id)])
    const whole = zip([
      { name: 'user.json', content: '{"email":"ana@example.org"}' },
      { name: 'chat.html', content: '<html>' },
      { name: 'conversations.json', content: part('a') },
    ])
    expect(await importFile(ana, whole)).toMatchObject([{ source_id: 'a', status: 'imported' }])
    const parts = ['conversations-001.json', 'conversations-000.json', 'folder/conversations-002.json']
    const sharded = zip(parts.map((name) => ({ name, content: part(name) })))
    const zipped = await sendFile(ana, sharded, { 'Content-Type': 'application/zip' })
    expect(JSON.parse(await zipped.text())).toMatchObject(
      ['conversations-000.json', 'conversations-001.json', 'folder/conversations-002.json'].map((source_id) => ({
        source_id,
        status: 'imported',
      })),
    )
  })

  test('keeps its branches, and the one that was active', async () => {
    const ana = await somebody()
    const nodes = [
      node({ id: 'q', parent: null, text: 'Question' }),
      node({ id: 'a1', parent: 'q', role: 'assistant', text: 'First' }),
      node({ id: 'q2', parent: 'a1', text: 'More' }),
      node({ id: 'a2', parent: 'q', role: 'assistant', text: 'Second' }),
    ]
    const file = [chatgptConversation('tree', nodes, { current_node: 'q2' })]
    const [report] = await importFile(ana, file)
    const id = report?.conversation_id ?? ''
    expect((await show(ana, id)).messages.map(({ content }) => content)).toEqual(['Question', 'First', 'More'])
    const { messages } = await show(ana, id, '?tree=true')
    const said = new Map(messages.map((message) => [message.id, message.content]))
    const tree = messages.map(({ content, parent_id }) => [content, parent_id && said.get(parent_id)])
    expect(new Map(tree.map(([content, parent]) => [content, parent]))).toEqual(
      new Map([
        ['Question', null],
        ['First', 'Question'],
        ['Second', 'Question'],
        ['More', 'First'],
      ]),
    )
  })

  test('has its code in fences, its thoughts as reasoning, its pictures as a word, and not what tools were told', async () => {
    const ana = await somebody()
    const said = ([id, role]: [string, string], parent: string | null, content: object, more: object = {}) =>
      node({ id, parent, role, content, more })
    const picture = { content_type: 'image_asset_pointer', asset_pointer: 'file-service://file-x', width: 1, height: 1 }
    const nodes = [
      said(['q', 'user'], null, { content_type: 'multimodal_text', parts: [picture, 'What is this?'] }),
      said(['t', 'assistant'], 'q', {
        content_type: 'thoughts',
        thoughts: [
          { summary: 'Looking', content: 'It is round.' },
          { summary: 'Sure', content: '' },
        ],
      }),
      said(['r', 'assistant'], 't', { content_type: 'reasoning_recap', content: 'Thought for 3 seconds' }),
      said(
        ['s', 'assistant'],
        'r',
        { content_type: 'code', language: 'unknown', text: '{"query":"x"}' },
        { recipient: 'browser' },
      ),
      said(['b', 'tool'], 's', { content_type: 'tether_browsing_display', result: 'noise' }),
      said(
        ['c', 'assistant'],
        'b',
        { content_type: 'code', language: 'python', text: 'print("```")' },
        { recipient: 'python' },
      ),
      said(['o', 'tool'], 'c', { content_type: 'execution_output', text: '```' }),
      said(
        ['a', 'assistant'],
        'o',
        { content_type: 'text', parts: ['A ball', { strange: true }, ''] },
        { status: 'in_progress' },
      ),
    ]
    const [report] = await importFile(ana, [chatgptConversation('rich', nodes)])
    const { messages } = await show(ana, report?.conversation_id ?? '')
    expect(messages).toMatchObject([
      { role: 'user', content: '[image]\nWhat is this?' },
      { role: 'assistant', content: '````python\nprint("```")\n````', reasoning: 'It is round.\n\nSure' },
      { role: 'assistant', content: '````\n```\n````' },
      { role: 'assistant', content: 'A ball', status: 'interrupted', finish_reason: 'interrupted' },
    ])
  })
})

describe("Open WebUI's export", () => {
  const chat = (more: object = {}) => ({
    id: 'owui-1',
    title: 'Trip',
    created_at: MARCH,
    updated_at: MARCH + 9,
    chat: {
      title: 'Trip',
      models: ['llama3:8b'],
      system: 'Be brief.',
      history: {
        messages: {
          q: { id: 'q', parentId: null, childrenIds: ['a', 'b'], role: 'user', content: 'Where to?', timestamp: MARCH },
          a: {
            id: 'a',
            parentId: 'q',
            childrenIds: [],
            role: 'assistant',
            content: 'Cádiz',
            model: 'llama3:8b',
            done: true,
          },
          b: {
            id: 'b',
            parentId: 'q',
            childrenIds: [],
            role: 'assistant',
            content:
              '<details type="reasoning" done="true">\n<summary>Thought</summary>\n> By the sea.\n</details>\nSevilla',
            model: 'other',
            timestamp: MARCH * 1_000 + 4_000,
          },
        },
        currentId: 'b',
      },
      ...more,
    },
  })

  test('is imported with its branches, its instructions and what its models thought', async () => {
    const ana = await somebody()
    const [report] = await importFile(ana, [chat()])
    expect(report).toMatchObject({ source_id: 'owui-1', title: 'Trip', status: 'imported', new_messages: 3 })
    const [exported] = await exportAll(ana)
    expect(exported).toMatchObject({ model: 'llama3:8b', system: 'Be brief.' })
    expect((await show(ana, report?.conversation_id ?? '')).messages).toMatchObject([
      { content: 'Where to?' },
      {
        content: 'Sevilla',
        reasoning: 'By the sea.',
        model: 'other',
        created_at: new Date((MARCH + 4) * 1_000).toISOString(),
      },
    ])
  })
})

describe('twice is the same as once', () => {
  test('a file that was imported is recognised, and changes nothing', async () => {
    const ana = await somebody()
    const file = ['a', 'b', 'c'].map((id) => chatgptExchange(id))
    const first = await importFile(ana, file)
    const before = await exportAll(ana)
    const second = await importFile(ana, file)
    expect(second.map(({ status }) => status)).toEqual(['already_there', 'already_there', 'already_there'])
    expect(second.map(({ conversation_id }) => conversation_id)).toEqual(
      first.map(({ conversation_id }) => conversation_id),
    )
    expect(await exportAll(ana)).toEqual(before)
  })

  test('what has come since is added, and the active branch goes on with it unless it has gone on here', async () => {
    const ana = await somebody()
    const short = [
      node({ id: 'q', parent: null, text: 'One' }),
      node({ id: 'a', parent: 'q', role: 'assistant', text: 'Two' }),
    ]
    const long = [...short, node({ id: 'q2', parent: 'a', text: 'Three' })]
    const [first] = await importFile(ana, [chatgptConversation('grows', short)])
    const id = first?.conversation_id ?? ''
    await send(ana, 'PATCH', `/chat/history/${id}`, { title: 'Mine' })
    expect(await importFile(ana, [chatgptConversation('grows', long)])).toMatchObject([
      { status: 'imported', conversation_id: id, title: 'Mine', new_messages: 1 },
    ])
    expect((await show(ana, id)).messages.map(({ content }) => content)).toEqual(['One', 'Two', 'Three'])
    await (await send(ana, 'POST', '/chat/stream', { ...hola, conversation_id: id })).text()
    const { current_message_id } = await show(ana, id)
    await importFile(ana, [
      chatgptConversation('grows', [...long, node({ id: 'a2', parent: 'q2', role: 'assistant', text: 'Four' })]),
    ])
    const now = await show(ana, id)
    expect(now.current_message_id).toBe(current_message_id)
    expect((await show(ana, id, '?tree=true')).messages.map(({ content }) => content)).toContain('Four')
  })
  const hola = { model: 'eliza', messages: [{ role: 'user', content: 'Hola' }] }

  test('what was deleted comes back', async () => {
    const ana = await somebody()
    const [first] = await importFile(ana, [chatgptExchange('gone')])
    await ana.fetch(`/chat/history/${first?.conversation_id}`, { method: 'DELETE' })
    expect(await importFile(ana, [chatgptExchange('gone')])).toMatchObject([
      { status: 'imported', conversation_id: first?.conversation_id },
    ])
  })

  test('two accounts that import the same file have nothing in common', async () => {
    const [ana, bob] = [await somebody(), await somebody()]
    const [anas] = await importFile(ana, [chatgptExchange('shared')])
    const [bobs] = await importFile(bob, [chatgptExchange('shared')])
    expect(bobs).toMatchObject({ status: 'imported' })
    expect(bobs?.conversation_id).not.toBe(anas?.conversation_id)
    expect((await ana.fetch(`/chat/history/${bobs?.conversation_id}`)).status).toBe(404)
  })
})

describe("Vektor's own export", () => {
  test('is recognised by the account that it came from, and makes another account the same history', async () => {
    const [ana, bob] = [await somebody(), await somebody()]
    const { conversationId, messageId } = await chatOf(ana)
    await importFile(ana, [chatgptExchange('foreign')])
    await send(ana, 'POST', '/chat/stream', {
      model: 'eliza',
      messages: [],
      conversation_id: conversationId,
      parent_id: messageId,
    })
    const file = await exportAll(ana)
    expect((await importFile(ana, file)).map(({ status }) => status)).toEqual(['already_there', 'already_there'])
    expect(await exportAll(ana)).toEqual(file)

    const reports = await importFile(bob, file)
    expect(reports.map(({ status }) => status)).toEqual(['imported', 'imported'])
    const ids = new Set(file.flatMap(({ id, messages }) => [id, ...messages.map((message) => message.id)]))
    const copy = await exportAll(bob)
    expect(copy.flatMap(({ id, messages }) => [id, ...messages.map((one) => one.id)]).some((id) => ids.has(id))).toBe(
      false,
    )
    const meaning = (history: typeof file) =>
      history.map(({ id: _, current_message_id: __, messages, ...rest }) => ({
        ...rest,
        messages: messages.map(({ id: ___, parent_id, ...said }) => ({
          ...said,
          after: messages.findIndex((message) => message.id === parent_id),
        })),
      }))
    expect(meaning(copy)).toEqual(meaning(file))
    expect((await importFile(bob, file)).map(({ status }) => status)).toEqual(['already_there', 'already_there'])
  })

  test('of one conversation is taken as well, and one of a newer version is refused in so many words', async () => {
    const ana = await somebody()
    const { conversationId } = await chatOf(ana)
    const path = `/chat/history/${conversationId}/export?format=json&tree=true`
    const file = JSON.parse(await (await ana.fetch(path)).text())
    expect(await importFile(ana, file)).toMatchObject([{ status: 'already_there', source_id: conversationId }])
    expect(await importFile(ana, [{ ...file, version: 2 }])).toMatchObject([
      { status: 'refused', reason: expect.stringContaining('newer Vektor') },
    ])
  })

  test('brings a conversation back that was deleted, and what must not be kept is neither exported nor taken for it', async () => {
    const ana = await somebody()
    const { conversationId } = await chatOf(ana)
    const file = await exportAll(ana)
    await ana.fetch(`/chat/history/${conversationId}`, { method: 'DELETE' })
    const [report] = await importFile(ana, file)
    expect(report).toMatchObject({ status: 'imported', new_messages: 2 })
    expect(await exportAll(ana)).toHaveLength(1)
    const unkept = { model: 'eliza', store: false, messages: [{ role: 'user', content: 'Nadie lo sabe' }] }
    await (await send(ana, 'POST', '/chat/stream', unkept)).text()
    expect(JSON.stringify(await exportAll(ana))).not.toContain('Nadie')
  })
})

test('a long conversation is stored in pieces, and is whole in the end', async () => {
  const ana = await somebody()
  const nodes = Array.from({ length: 1_500 }, (_, at) =>
    node({
      id: `n${at}`,
      parent: at === 0 ? null : `n${at - 1}`,
      role: at % 2 ? 'assistant' : 'user',
      text: `Line ${at}`,
    }),
  )
  const [report] = await importFile(ana, [chatgptConversation('long', nodes)])
  expect(report).toMatchObject({ status: 'imported', new_messages: 1_500 })
  const { messages } = await show(ana, report?.conversation_id ?? '')
  expect(messages.map(({ content }) => content)).toEqual(nodes.map((_, at) => `Line ${at}`))
  expect(await search(ana, 'line 1499')).toMatchObject([{ message_count: 1_500 }])
})

test('times that cannot be are not believed', async () => {
  const ana = await somebody()
  const began = Date.now()
  const nonsense = [-1, 1e300, 5e9, null, 'yesterday', {}]
  const nodes = nonsense.map((time, at) =>
    node({ id: `t${at}`, parent: at === 0 ? null : `t${at - 1}`, text: 'x', more: { create_time: time } }),
  )
  const [report] = await importFile(ana, [chatgptConversation('times', nodes, { create_time: 1e300, update_time: -5 })])
  const { created_at, messages, updated_at } = await show(ana, report?.conversation_id ?? '')
  for (const time of [created_at, updated_at, ...messages.map((message) => message.created_at)]) {
    expect(Date.parse(time)).toBeGreaterThanOrEqual(began)
    expect(Date.parse(time)).toBeLessThanOrEqual(Date.now())
  }
  expect(await importFile(ana, [chatgptConversation('times', nodes, { create_time: 1e300 })])).toMatchObject([
    { status: 'already_there' },
  ])
})

test('an empty export is one, and what is none is refused before anything is stored', async () => {
  const ana = await somebody()
  expect(await importFile(ana, '[]')).toEqual([])
  expect(await importFile(ana, ' \n[ ] ')).toEqual([])
  for (const file of [
    '',
    ' ',
    'hello',
    '{}',
    '[{}]',
    '[1]',
    '"x"',
    'null',
    '[[]]',
    '[',
    '[,]',
    '\0',
    '{"mapping":1}',
  ]) {
    const response = await sendFile(ana, file)
    expect(response.status, file).toBe(422)
    expect(await response.json()).toMatchObject({
      type: '/problems/no-export',
      detail: expect.stringContaining('Send what'),
    })
  }
  expect(await exportAll(ana)).toEqual([])
})
