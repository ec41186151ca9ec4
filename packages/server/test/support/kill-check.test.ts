import { expect, test } from 'vitest'
import type { ReceivedEvent } from './event-stream.ts'
import { faultsOf, type StoredMessage, type Survival } from './kill-check.ts'

const event = (id: string, type: string, more: object = {}): ReceivedEvent => ({
  id,
  data: { type, message_id: 'answer', ...more },
})
const START = [event('1.0.1', 'message'), event('1.0.2', 'start')]
const INTERRUPTED = event('1.9.3', 'done', { finish_reason: 'interrupted' })
const STOPPED = event('1.9.4', 'done', { finish_reason: 'stop' })
const PROMPT: StoredMessage = { id: 'prompt', role: 'user', content: '¿Y?', status: 'completed' }
const ANSWER: StoredMessage = { id: 'answer', role: 'assistant', content: 'uno dos ', status: 'interrupted' }

/** Text was sent that was not stored, and the viewer is told. */
const KILLED: Survival = {
  question: '¿Y?',
  sent: 'uno dos tres cuatro',
  isWhole: false,
  timesAsked: 1,
  before: [...START, event('1.13.2', 'delta', { content: 'uno dos tres ' })],
  after: [event('1.8.2', 'truncate', { length: 8 }), INTERRUPTED],
  stored: [PROMPT, ANSWER],
}
const COMPLETED: Survival = {
  ...KILLED,
  isWhole: true,
  before: [...START, event('1.19.2', 'delta', { content: KILLED.sent }), STOPPED],
  after: [],
  stored: [PROMPT, { ...ANSWER, content: KILLED.sent, status: 'completed' }],
}

test('a kill that lost nothing but what it may has no faults', () => {
  expect(faultsOf(KILLED)).toEqual([])
  expect(faultsOf(COMPLETED)).toEqual([])
  expect(
    faultsOf({ ...KILLED, before: [], after: [...START, INTERRUPTED], stored: [PROMPT, { ...ANSWER, content: '' }] }),
  ).toEqual([])
})

test.each<[string, RegExp, Survival]>([
  ['a prompt that is lost', /the prompt is stored 0 times/, { ...KILLED, stored: [ANSWER] }],
  ['a prompt that is stored twice', /the prompt is stored 2 times/, { ...KILLED, stored: [PROMPT, PROMPT, ANSWER] }],
  [
    'a prompt with a letter changed',
    /the prompt is stored 0 times/,
    { ...KILLED, stored: [{ ...PROMPT, content: '¿y?' }, ANSWER] },
  ],
  ['an answer that is lost', /is not stored/, { ...KILLED, stored: [PROMPT] }],
  [
    'an answer left open',
    /1 answers are in progress/,
    { ...KILLED, stored: [PROMPT, { ...ANSWER, status: 'in_progress' }] },
  ],
  [
    'another answer of the conversation left open',
    /1 answers are in progress/,
    { ...KILLED, stored: [{ ...ANSWER, id: 'earlier', status: 'in_progress' }, PROMPT, ANSWER] },
  ],
  [
    'a letter changed in what is stored',
    /no beginning.*from 4 on "uno Dos " and "uno dos tres/,
    { ...KILLED, stored: [PROMPT, { ...ANSWER, content: 'uno Dos ' }] },
  ],
  [
    'a letter left out of what is stored',
    /no beginning/,
    { ...KILLED, stored: [PROMPT, { ...ANSWER, content: 'uno os ' }] },
  ],
  ['more stored than was sent', /no beginning/, { ...KILLED, sent: 'uno' }],
  [
    'a letter changed in what was seen',
    /what the viewer saw/,
    { ...KILLED, before: [...START, event('1.13.2', 'delta', { content: 'uno dos Tres ' })] },
  ],
  ['a truncation that is missing', /in the end is not what is stored/, { ...KILLED, after: [INTERRUPTED] }],
  [
    'a truncation that takes too much',
    /in the end is not what is stored/,
    { ...KILLED, after: [event('1.7.2', 'truncate', { length: 7 }), INTERRUPTED] },
  ],
  [
    'a gap',
    /in the end is not what is stored/,
    { ...KILLED, before: START, after: [event('1.8.2', 'delta', { content: 'dos ' }), INTERRUPTED] },
  ],
  ['a piece twice', /two events have the same cursor/, { ...KILLED, before: [...START, ...START] }],
  [
    'a beginning that is told twice',
    /told of the beginning as/,
    { ...KILLED, after: [event('1.0.9', 'start'), ...KILLED.after] },
  ],
  ['no end', /told of the end as/, { ...KILLED, after: [] }],
  ['two ends', /told of the end as/, { ...COMPLETED, after: [INTERRUPTED] }],
  [
    'something after the end',
    /told of the end as/,
    { ...COMPLETED, after: [event('1.0.9', 'delta', { content: '' })] },
  ],
  [
    'an end that is not the one that is stored',
    /told stop of an answer that is stored as interrupted/,
    { ...KILLED, after: [...KILLED.after.slice(0, 1), STOPPED] },
  ],
  [
    'an end that was seen and is not stored',
    /had seen the end before the kill/,
    { ...COMPLETED, stored: [PROMPT, { ...ANSWER, content: KILLED.sent }] },
  ],
  ['an end that no kill gives', /stored as failed/, { ...KILLED, stored: [PROMPT, { ...ANSWER, status: 'failed' }] }],
  ['half an answer that is called complete', /called complete and is not/, { ...COMPLETED, isWhole: false }],
  ['a prompt that was answered twice', /the upstream was asked 2 times/, { ...KILLED, timesAsked: 2 }],
])('%s is a fault', (_, expected, survival) => {
  expect(faultsOf(survival).join('\n')).toMatch(expected)
})
