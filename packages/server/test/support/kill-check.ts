import { type ReceivedEvent, textOf } from './event-stream.ts'

export interface StoredMessage {
  id: string
  role: string
  content: string
  status: string
}

/** What is known of one question, after the server that answered it was killed and started again. */
export interface Survival {
  question: string
  /** The text that the upstream sent, and whether it came to its end. */
  sent: string
  isWhole: boolean
  /** How often the upstream was asked for an answer to it. */
  timesAsked: number
  /** What a viewer received until the kill, and then, going on with the cursor of the last of it or asking again. */
  before: readonly ReceivedEvent[]
  after: readonly ReceivedEvent[]
  /** The messages of its conversation. */
  stored: readonly StoredMessage[]
}

const ENDINGS = ['done', 'error']

/** Each rule that does not hold, as one sentence. */
export function faultsOf(survival: Survival): string[] {
  const { question, stored } = survival
  const received = [...survival.before, ...survival.after]
  const prompts = stored.filter(({ role, content }) => role === 'user' && content === question)
  const faults = [prompts.length !== 1 && `the prompt is stored ${prompts.length} times`]
  const open = stored.filter(({ status }) => status === 'in_progress')
  faults.push(open.length > 0 && `${open.length} answers are in progress`)
  faults.push(survival.timesAsked > 1 && `the upstream was asked ${survival.timesAsked} times`)
  const answer = stored.find(({ id }) => id === received[0]?.data.message_id)
  if (answer) faults.push(...faultsOfText(survival, answer), ...faultsOfEvents(survival, answer))
  else faults.push('the answer that the viewer was told of is not stored')
  return faults.filter((fault) => fault !== false).map((fault) => `${question}: ${fault}`)
}

function faultsOfText({ sent, before, after }: Survival, { content }: StoredMessage): (string | false)[] {
  return [
    !sent.startsWith(content) &&
      `what is stored is no beginning of what the upstream sent: ${differenceOf(content, sent)}`,
    !sent.startsWith(textOf(before)) &&
      `what the viewer saw is no beginning of what the upstream sent: ${differenceOf(textOf(before), sent)}`,
    textOf([...before, ...after]) !== content &&
      `what the viewer has in the end is not what is stored: ${differenceOf(textOf([...before, ...after]), content)}`,
  ]
}

function faultsOfEvents({ before, after, isWhole, sent }: Survival, answer: StoredMessage): (string | false)[] {
  const events = [...before, ...after]
  const types = events.map(({ data }) => data.type)
  const count = (type: string) => types.filter((one) => one === type).length
  const last = events.at(-1)?.data
  // A truncation leads back to where the viewer was before.
  const cursors = events.filter(({ data }) => data.type !== 'truncate').map(({ id }) => id)
  const hasEndedBefore = before.some(({ data }) => data.type === 'done')
  const isCompleted = answer.status === 'completed'
  return [
    (count('message') !== 1 || count('start') !== 1) && `the viewer was told of the beginning as ${types.join(', ')}`,
    (types.filter((type) => ENDINGS.includes(type)).length !== 1 || !ENDINGS.includes(types.at(-1) ?? '')) &&
      `the viewer was told of the end as ${types.join(', ')}`,
    new Set(cursors).size !== cursors.length && 'two events have the same cursor',
    last?.finish_reason !== (isCompleted ? 'stop' : 'interrupted') &&
      `the viewer was told ${last?.finish_reason} of an answer that is stored as ${answer.status}`,
    !['completed', 'interrupted'].includes(answer.status) && `the answer is stored as ${answer.status}`,
    hasEndedBefore && !isCompleted && 'the viewer had seen the end before the kill, and it is not stored',
    isCompleted && !(isWhole && answer.content === sent) && 'the answer is called complete and is not',
  ]
}

/** Where two texts part, without either of them whole. */
function differenceOf(one: string, other: string): string {
  let at = 0
  while (at < one.length && one[at] === other[at]) at += 1
  const around = (text: string) => JSON.stringify(text.slice(Math.max(0, at - 5), at + 10))
  return `from ${at} on ${around(one)} and ${around(other)}, of ${one.length} and ${other.length}`
}
