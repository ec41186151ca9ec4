import type { Token } from 'marked'
import { paint } from '../../output/paint.ts'

/** Marked escapes text for HTML in some tokens; a terminal wants the characters themselves. */
const ENTITIES: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" }

/** Emphasis, code and links of one run of text, as terminal styles. */
export function renderInline(tokens: Token[] | undefined): string {
  return (tokens ?? []).map(renderToken).join('')
}

function renderToken(token: Token): string {
  switch (token.type) {
    case 'strong':
      return paint('bold', renderInline(token.tokens))
    case 'em':
      return paint('italic', renderInline(token.tokens))
    case 'del':
      return paint('strikethrough', renderInline(token.tokens))
    case 'codespan':
      return paint('cyan', token.text)
    case 'link':
      return renderLink(renderInline(token.tokens), token.href)
    case 'image':
      return renderLink(token.text, token.href)
    case 'br':
      return '\n'
    case 'escape':
      return decode(token.text)
    default:
      return 'tokens' in token && token.tokens ? renderInline(token.tokens) : decode(token.raw)
  }
}

/** The address stands in the text: terminals that can open links find it there, and it can be copied everywhere. */
function renderLink(text: string, href: string): string {
  return text === '' || text === href || `mailto:${text}` === href
    ? paint('underline', href)
    : `${text} ${paint('dim', `(${href})`)}`
}

function decode(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity)
}
