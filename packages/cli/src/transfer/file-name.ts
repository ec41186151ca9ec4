import type { Conversation } from '@vektor/sdk'

/** What no file name may hold on some system, and what would make it another one. */
const UNFIT = /[\p{Cc}\p{Cs}\p{Cf}\p{Zl}\p{Zp}\\/:*?"<>|]+/gu
const LONGEST = 80

/** By its day and its title; the end of its id tells it from all others, so that the same conversation has the same file. */
export function fileNameFor(
  { created_at, id, title }: Pick<Conversation, 'created_at' | 'id' | 'title'>,
  extension: string,
): string {
  const words = (title ?? '').replace(UNFIT, ' ').replace(/\s+/g, ' ').trim()
  const short = [...words].slice(0, LONGEST).join('').trim()
  const pieces = [created_at.slice(0, 10), short || 'untitled', id.slice(-12)]
  return `${pieces.map((piece) => piece.replace(UNFIT, '')).join(' ')}.${extension}`
}
