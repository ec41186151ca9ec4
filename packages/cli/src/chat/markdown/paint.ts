import { styleText } from 'node:util'

type Style = Parameters<typeof styleText>[0]

/** Styles text for the terminal; the caller has already decided that colours are wanted. */
export function paint(style: Style, text: string): string {
  return styleText(style, text, { validateStream: false })
}
