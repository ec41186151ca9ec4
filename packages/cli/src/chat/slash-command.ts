/** What a line that starts with a slash asks for. */
export type SlashCommand =
  | { name: 'edit' | 'help' | 'new' | 'quit' | 'retry' }
  | { name: 'model'; argument: string }
  | { name: 'unknown'; sentence: string }

const NAMES = ['edit', 'help', 'model', 'new', 'quit', 'retry'] as const

export const HELP = [
  '/help            this list',
  '/model           the models, and which one answers',
  '/model NAME      answer with another model from now on',
  '/new             start a new conversation',
  '/retry           have the last question answered again',
  '/edit            ask the last question in other words',
  '/quit            leave; what was said is kept',
  '',
  'What was said before /edit and /retry is kept: vektor history branch goes back to it.',
  'Enter sends · Alt-Enter, Shift-Enter, Ctrl-J or \\ then Enter: a new line',
  'Esc or Ctrl-C stops an answer and keeps it · Up and Down: what you sent before',
]

/** What is sent of a line that is no command: two slashes stand for one. */
export function questionIn(line: string): string {
  return line.replace(/^\s*\/\//, '/')
}

/** What to type so that this is sent, and not taken for a command. */
export function lineFor(question: string): string {
  return question.replace(/^\s*\//, '$&/')
}

/** Undefined when the line is a message like any other. Two slashes send a message that begins with one. */
export function parseSlashCommand(line: string): SlashCommand | undefined {
  const match = /^\/([^\s/]*)(?:\s+(.*))?$/s.exec(line.trim())
  if (!match) return undefined
  const [, name = '', argument = ''] = match
  if (name === 'model') return { name, argument: argument.trim() }
  if (name === 'edit' || name === 'help' || name === 'new' || name === 'quit' || name === 'retry') return { name }
  const nearest = NAMES.find((known) => name !== '' && (known.startsWith(name) || name.startsWith(known.slice(0, 2))))
  const advice = nearest ? `did you mean /${nearest}?` : '/help lists what there is.'
  return { name: 'unknown', sentence: `There is no /${name}: ${advice}` }
}
