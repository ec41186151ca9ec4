import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { ConversationWithMessages, Message } from '../conversation.ts'
import type { MessageMarkdown } from './message-markdown.ts'
import { PAGE_STYLE } from './page-style.ts'
import { dateOf, endingOf, speakerOf } from './speakers.ts'

/** So much is rendered before others get their turn. */
const TURN_MS = 20

/** Scripts, fonts, frames: a page of what was said needs nothing, and whatever somebody said gets nothing. */
const POLICY = `default-src 'none'; style-src 'sha256-${sha256(PAGE_STYLE)}'; img-src data:; base-uri 'none'; form-action 'none'`

/** A conversation as one page of HTML that asks nobody for anything. All that was said is escaped, or rendered as Markdown. */
export async function toPage({ conversation, messages }: ConversationWithMessages): Promise<string> {
  // Loaded where somebody wants a page: it is half as large as the rest of the server's own code.
  const { MessageMarkdown } = await import('./message-markdown.ts')
  const markdown = new MessageMarkdown()
  const { createdAt, model, system, title } = conversation
  const name = markdown.escape(title ?? 'Untitled conversation')
  const pieces = [
    '<!doctype html>\n<html>\n<head>\n<meta charset="utf-8">\n',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">\n`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
    `<meta name="referrer" content="no-referrer">\n<title>${name}</title>\n<style>${PAGE_STYLE}</style>\n</head>\n<body>\n`,
    `<header><h1 dir="auto">${name}</h1><p>${dateOf(createdAt)} · ${markdown.escape(model)}</p></header>\n<main>\n`,
    ...(system === null
      ? []
      : [article('system', 'Instructions', `<div class="said">${markdown.plain(system)}</div>`)]),
  ]
  let since = performance.now()
  for (const message of messages) {
    pieces.push(toArticle(message, model, markdown))
    if (performance.now() - since < TURN_MS) continue
    await setImmediate()
    since = performance.now()
  }
  return `${pieces.join('')}</main>\n</body>\n</html>\n`
}

function toArticle(message: Message, usualModel: string, markdown: MessageMarkdown): string {
  const { content, createdAt, notices, parts, reasoning, role } = message
  const who = markdown.escape(speakerOf(message, usualModel))
  const when = `<time datetime="${new Date(createdAt).toISOString()}">${dateOf(createdAt)}</time>`
  const note = (text: string) => `<p class="note">${markdown.escape(text)}</p>`
  const ending = endingOf(message)
  const said = (parts ?? [{ type: 'text' as const, text: content }]).map((part) =>
    part.type === 'text' ? markdown.render(part.text) : markdown.image(part.url),
  )
  return article(
    role,
    `${who} ${when}`,
    [
      ...(reasoning === '' ? [] : [`<details><summary>Reasoning</summary>${markdown.plain(reasoning)}</details>`]),
      ...notices.map(({ event }) => note(event.detail)),
      `<div class="said" dir="auto">${said.join('')}</div>`,
      ...(ending === undefined ? [] : [note(ending)]),
    ].join(''),
  )
}

function article(kind: Message['role'], who: string, body: string): string {
  return `<article class="${kind}"><p class="who">${who}</p>${body}</article>\n`
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64')
}
