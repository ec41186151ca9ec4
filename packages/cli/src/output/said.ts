import type { Message } from '@vektor/sdk'

/** What was said in a message, in words: a terminal shows no images. */
export function saidIn({ content, parts = [] }: Pick<Message, 'content' | 'parts'>): string {
  const images = parts.filter(({ type }) => type === 'image_url').map(() => '[image]')
  return [content, ...images].filter((piece) => piece !== '').join(' ')
}
