import type { ConversationDetail, Message } from '@vektor/sdk'
import { alignColumns } from './columns.ts'
import { neutraliseLine } from './neutralise.ts'
import { saidIn } from './said.ts'

const EXCERPT_LENGTH = 60

/** All messages of a conversation as lines: id, who, how it begins. Where it forks is indented, the active branch is marked. */
export function treeRows({ current_message_id: current, messages }: ConversationDetail): string[] {
  const children = Map.groupBy(messages, ({ parent_id }) => parent_id)
  const active = activeBranch(messages, current)
  const rows: string[][] = []
  const waiting: { message: Message; depth: number }[] = []
  const addFollowing = (parent: string | null, depth: number) => {
    const following = children.get(parent) ?? []
    const below = following.length > 1 ? depth + 1 : depth
    waiting.push(...following.map((message) => ({ message, depth: below })).reverse())
  }
  addFollowing(null, 0)
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { depth, message } = next
    const mark = active.has(message.id) ? '●' : ' '
    rows.push([message.id, `${mark} ${'  '.repeat(depth)}${message.role}`, excerpt(message)])
    addFollowing(message.id, depth)
  }
  return alignColumns(rows)
}

function activeBranch(messages: readonly Message[], leaf: string | null): Set<string> {
  const parents = new Map(messages.map(({ id, parent_id }) => [id, parent_id]))
  const active = new Set<string>()
  for (let id = leaf; id; id = parents.get(id) ?? null) active.add(id)
  return active
}

function excerpt(message: Message): string {
  return [...neutraliseLine(saidIn(message))].slice(0, EXCERPT_LENGTH).join('')
}
