import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { findImageFault } from '../../../image-address.ts'
import { isStorable } from '../../../storable-text.ts'
import type { AccountRecord, ConversationRecord, MessageRecord } from './records.ts'

/** Lower-case, as this server writes them: both databases order them alike, and no two texts are one id. */
const ID = { type: 'string', pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }
const ID_OR_NULL = { ...ID, type: ['string', 'null'] }
const TIME = { type: 'string', format: 'moment' }
const TEXT = { type: 'string' }
const TEXT_OR_NULL = { type: ['string', 'null'] }
const COUNT = { type: 'integer', minimum: 0, maximum: 2 ** 31 - 1 }

// What is not named here is left alone: a role or a secret in an archive means nothing.
const ACCOUNT = {
  type: 'object',
  required: ['id', 'email', 'username', 'avatar_url', 'created_at', 'preferences'],
  properties: {
    id: TEXT,
    email: TEXT,
    username: TEXT,
    avatar_url: { ...TEXT_OR_NULL, maxLength: 2048, pattern: '^https?://' },
    created_at: TIME,
    preferences: { type: 'object', maxProperties: 100 },
  },
}

const CONVERSATION = {
  type: 'object',
  required: ['id', 'title', 'model', 'system', 'current_message_id', 'created_at', 'updated_at'],
  properties: {
    id: ID,
    title: {
      ...TEXT_OR_NULL,
      minLength: 1,
      maxLength: 200,
      pattern: String.raw`^[^\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]*$`,
    },
    model: { ...TEXT, minLength: 1, maxLength: 256 },
    system: TEXT_OR_NULL,
    current_message_id: ID_OR_NULL,
    created_at: TIME,
    updated_at: TIME,
  },
}

const PART = {
  type: 'object',
  oneOf: [
    { required: ['text'], properties: { type: { const: 'text' }, text: TEXT } },
    {
      required: ['image_url'],
      properties: {
        type: { const: 'image_url' },
        image_url: { type: 'object', required: ['url'], properties: { url: { ...TEXT, minLength: 1 } } },
      },
    },
  ],
  required: ['type'],
}

const MESSAGE = {
  type: 'object',
  required: ['id', 'conversation_id', 'parent_id', 'role', 'content', 'created_at', 'status'],
  properties: {
    id: ID,
    conversation_id: ID,
    parent_id: ID_OR_NULL,
    role: { enum: ['user', 'assistant', 'system'] },
    content: TEXT,
    created_at: TIME,
    status: { enum: ['in_progress', 'completed', 'cancelled', 'interrupted', 'incomplete', 'failed'] },
    model: TEXT,
    finish_reason: { enum: ['stop', 'length', 'cancelled', 'interrupted', 'incomplete'] },
    usage: {
      type: 'object',
      additionalProperties: false,
      required: ['prompt_tokens', 'completion_tokens', 'total_tokens'],
      properties: {
        prompt_tokens: COUNT,
        completion_tokens: COUNT,
        total_tokens: COUNT,
        completion_tokens_details: {
          type: 'object',
          additionalProperties: false,
          required: ['reasoning_tokens'],
          properties: { reasoning_tokens: { ...COUNT, minimum: 1 } },
        },
      },
    },
    reasoning: TEXT,
    notices: {
      type: 'array',
      maxItems: 1000,
      items: {
        type: 'object',
        required: ['code', 'detail', 'offset', 'reasoning_offset'],
        properties: {
          code: { ...TEXT, pattern: '^[a-z]+(-[a-z]+)*$' },
          detail: TEXT,
          offset: COUNT,
          reasoning_offset: COUNT,
        },
      },
    },
    parts: { type: 'array', minItems: 1, maxItems: 100, items: PART },
    error: {
      type: 'object',
      required: ['code', 'detail', 'request_id'],
      properties: { code: TEXT, detail: TEXT, request_id: TEXT },
    },
  },
}

const MANIFEST = {
  type: 'object',
  required: ['format', 'version', 'created_at', 'created_by', 'counts', 'files'],
  properties: {
    format: { const: 'vektor-backup' },
    version: { type: 'integer', minimum: 1 },
    created_at: TIME,
    created_by: TEXT,
    counts: {
      type: 'object',
      required: ['conversations', 'messages'],
      properties: { conversations: COUNT, messages: COUNT },
    },
    files: {
      type: 'array',
      maxItems: 100,
      items: {
        type: 'object',
        required: ['name', 'size', 'sha256'],
        properties: {
          name: TEXT,
          size: { type: 'integer', minimum: 0 },
          sha256: { ...TEXT, pattern: '^[0-9a-f]{64}$' },
        },
      },
    },
  },
}

/** `manifest.json` as it may be found: its files may have names that this version does not know. */
export interface FoundManifest {
  version: number
  created_at: string
  created_by: string
  counts: { conversations: number; messages: number }
  files: { name: string; size: number; sha256: string }[]
}

/** A record is not what it should be; says where, as the end of a sentence. */
export class RecordFault extends Error {
  override name = 'RecordFault'
}

/** Reads records of archives: each is JSON that its schema allows, with texts that can be stored. */
export class RecordChecker {
  readonly #account: ValidateFunction<AccountRecord>
  readonly #conversation: ValidateFunction<ConversationRecord>
  readonly #message: ValidateFunction<MessageRecord>
  readonly #manifest: ValidateFunction<FoundManifest>

  constructor() {
    const ajv = new Ajv2020({ strictNumbers: true, allowUnionTypes: true })
    ajv.addFormat('moment', isMoment)
    this.#account = ajv.compile(ACCOUNT)
    this.#conversation = ajv.compile(CONVERSATION)
    this.#message = ajv.compile(MESSAGE)
    this.#manifest = ajv.compile(MANIFEST)
  }

  account(json: string): AccountRecord {
    return read(json, this.#account)
  }

  conversation(json: string): ConversationRecord {
    return read(json, this.#conversation)
  }

  message(json: string): MessageRecord {
    const message = read(json, this.#message)
    for (const part of message.parts ?? []) {
      const isShown = part.type === 'text' || findImageFault(part.image_url.url) === undefined
      if (!isShown) throw new RecordFault('parts hold an image that no model may fetch')
    }
    return message
  }

  manifest(json: string): FoundManifest {
    return read(json, this.#manifest)
  }
}

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/
const FIRST_MOMENT = Date.parse('0001-01-01T00:00:00Z')
const LAST_MOMENT = Date.parse('9999-12-31T23:59:59.999Z')

/** Of RFC 3339, what is a moment here too and can be told again: no leap second, and no year that needs another sign. */
function isMoment(text: string): boolean {
  const moment = MOMENT.test(text) ? Date.parse(text) : Number.NaN
  return moment >= FIRST_MOMENT && moment <= LAST_MOMENT
}

function read<Record>(json: string, isRecord: ValidateFunction<Record>): Record {
  const value = parse(json)
  if (!isRecord(value)) {
    const [error] = isRecord.errors ?? []
    throw new RecordFault(
      `${error?.instancePath.slice(1) || 'the record'} ${error?.message ?? 'is not what it should be'}`,
    )
  }
  // A NUL and half a surrogate pair come as escapes only: the bytes are UTF-8.
  if (json.includes('\\u') && !isStorableDeep(value)) throw new RecordFault('it holds text that cannot be stored')
  return value
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (cause) {
    throw new RecordFault('it is not JSON', { cause })
  }
}

/** Deeper than any record goes. */
const MAX_DEPTH = 16

function isStorableDeep(value: unknown, depth = 0): boolean {
  if (typeof value === 'string') return isStorable(value)
  if (typeof value !== 'object' || value === null) return true
  if (depth === MAX_DEPTH) return false
  return Object.entries(value).every(([key, member]) => isStorable(key) && isStorableDeep(member, depth + 1))
}
