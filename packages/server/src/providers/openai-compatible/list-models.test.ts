import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  echoKey,
  FakeUpstream,
  fail,
  failPage,
  listOf,
  type Responder,
  redirect,
} from '../../../test/support/fake-upstream.ts'
import { Secret } from '../../secret.ts'
import { listModels } from './list-models.ts'

const CANARY = 'cnry-9f2e7A41b6c8d0'

let upstream: FakeUpstream
beforeEach(async () => {
  upstream = await FakeUpstream.start()
})
afterEach(() => upstream[Symbol.asyncDispose]())

function list(responder: Responder, signal = new AbortController().signal) {
  upstream.lists(responder)
  return listModels({ baseUrl: upstream.baseUrl, apiKey: new Secret(CANARY), weight: 1 }, signal)
}

const body = (value: unknown): Responder => fail(200, { body: value })

/** What each product sent, cut to a few models. */
const recorded: [product: string, responder: Responder, models: object[]][] = [
  [
    'Ollama',
    listOf(
      { id: 'llama3.2:latest', object: 'model', created: 1731000000, owned_by: 'library' },
      { id: 'nomic-embed-text:latest', object: 'model', created: 1731000001, owned_by: 'library' },
    ),
    [{ id: 'llama3.2:latest' }],
  ],
  ['Ollama without a model', body({ object: 'list', data: null }), []],
  [
    'vLLM',
    listOf({
      id: 'meta-llama/Llama-3.1-8B-Instruct',
      object: 'model',
      created: 1731000000,
      owned_by: 'vllm',
      root: 'meta-llama/Llama-3.1-8B-Instruct',
      parent: null,
      max_model_len: 16384,
      permission: [{ id: 'modelperm-1', object: 'model_permission', allow_sampling: true }],
    }),
    [{ id: 'meta-llama/Llama-3.1-8B-Instruct', contextTokens: 16384 }],
  ],
  [
    'LM Studio',
    listOf(
      { id: 'qwen/qwen3-4b-thinking-2507', object: 'model', owned_by: 'organization_owner' },
      { id: 'text-embedding-nomic-embed-text-v1.5', object: 'model', owned_by: 'organization_owner' },
    ),
    [{ id: 'qwen/qwen3-4b-thinking-2507' }],
  ],
  [
    'LM Studio’s own interface',
    listOf(
      { id: 'qwen2-vl-7b-instruct', object: 'model', type: 'vlm', state: 'not-loaded', max_context_length: 32768 },
      { id: 'bge-m3', object: 'model', type: 'embeddings', state: 'not-loaded', max_context_length: 8192 },
    ),
    [{ id: 'qwen2-vl-7b-instruct' }],
  ],
  [
    'llama.cpp',
    body({
      models: [{ name: 'models/gemma.gguf', model: 'models/gemma.gguf', type: 'model', capabilities: ['completion'] }],
      object: 'list',
      data: [
        {
          id: 'models/gemma.gguf',
          object: 'model',
          created: 1791322978,
          owned_by: 'llamacpp',
          architecture: { input_modalities: ['text'], output_modalities: ['text'] },
          meta: { vocab_type: 2, n_vocab: 262144, n_ctx: 8192, n_ctx_train: 262144, n_embd: 3840 },
        },
      ],
    }),
    [{ id: 'models/gemma.gguf', contextTokens: 8192 }],
  ],
  [
    'OpenRouter',
    listOf(
      { id: 'openai/gpt-4o', architecture: { modality: 'text+image->text', output_modalities: ['text'] } },
      { id: 'black-forest/flux', architecture: { modality: 'text->image', output_modalities: ['image'] } },
    ),
    [{ id: 'openai/gpt-4o' }],
  ],
  [
    'Mistral',
    listOf(
      { id: 'mistral-small-latest', capabilities: { completion_chat: true, vision: true } },
      { id: 'mistral-ocr-latest', capabilities: { completion_chat: false, vision: true } },
    ),
    [{ id: 'mistral-small-latest' }],
  ],
  [
    'Together',
    body([
      { id: 'meta-llama/Llama-3-8b', type: 'chat' },
      { id: 'BAAI/bge-large', type: 'embedding' },
    ]),
    [{ id: 'meta-llama/Llama-3-8b' }],
  ],
]

test.each(recorded)(
  'the models of %s are understood, and those for other things left out',
  async (_, responder, models) => {
    expect(await list(responder)).toEqual(models)
    const { method, path, headers } = upstream.requests[0] ?? {}
    expect([method, path, headers?.authorization]).toEqual(['GET', '/v1/models', `Bearer ${CANARY}`])
  },
)

test('what is no model is left out, and of thousands the first', async () => {
  const thousands = Array.from({ length: 3000 }, (_, index) => ({ id: `m${index}` }))
  expect(await list(listOf({ id: 7 }, { name: 'x' }, ...thousands))).toHaveLength(1000)
})

test.each([
  ['a status', fail(500), 'upstream-failed'],
  ['a wrong key', echoKey(401), 'upstream-rejected'],
  ['a web page', failPage(200), 'upstream-failed'],
  ['no list', body({ hello: 'world' }), 'upstream-failed'],
  ['a redirect', redirect('http://127.0.0.1:1/'), 'upstream-failed'],
] as [string, Responder, string][])('%s is no list, and no key is shown', async (_, responder, code) => {
  const failure = await list(responder).catch((error: unknown) => error)
  expect(failure).toMatchObject({ code })
  expect(String(failure)).not.toContain(CANARY)
})

test('a list without an end does not fill the memory', async () => {
  const endless: Responder = ({ response }) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.write('{"data": [')
    const write = (): void => {
      if (!response.destroyed) response.write('{"id": "m"},'.repeat(10_000), write)
    }
    write()
  }
  await expect(list(endless)).rejects.toMatchObject({ code: 'upstream-failed' })
  await upstream.requests[0]?.closed
})
