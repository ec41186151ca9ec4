import { styleText } from 'node:util'

type Style = Parameters<typeof styleText>[0]

/** Styles text for the terminal, if standard output is one that wants colours (`NO_COLOR`, `FORCE_COLOR`). */
export function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout })
}
