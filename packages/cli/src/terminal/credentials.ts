import { text } from 'node:stream/consumers'
import { CliError } from '../failure/cli-error.ts'
import { ask, askSecret, type Terminal } from './ask.ts'

/** The value of a flag, or what is typed when there is somebody to ask. */
export async function valueOrAsk(value: string | undefined, flag: string, question: string, terminal: Terminal) {
  if (value !== undefined) return value
  if (!terminal.input.isTTY) throw new CliError('usage', `${flag} is needed, for there is no terminal to ask on.`)
  return ask(question, terminal)
}

/** A password: typed unseen on a terminal, otherwise the first line of standard input. */
export async function readPassword(terminal: Terminal): Promise<string> {
  const password = terminal.input.isTTY ? await askSecret('Password: ', terminal) : await firstLine(terminal.input)
  if (password !== '') return password
  throw new CliError('usage', 'There was no password to read: type it, or send it to standard input.')
}

/** A new password, typed twice where it cannot be seen. */
export async function readNewPassword(terminal: Terminal): Promise<string> {
  for (;;) {
    const password = await readPassword(terminal)
    if (!terminal.input.isTTY || (await askSecret('The same again: ', terminal)) === password) return password
    terminal.output.write('The two are not the same. Once more.\n')
  }
}

/** An e-mail address, asked for until it looks like one: the server would only tell after the passwords. */
export async function emailOrAsk(value: string | undefined, terminal: Terminal): Promise<string> {
  for (;;) {
    const email = await valueOrAsk(value, '--email', 'E-mail: ', terminal)
    if (value !== undefined || /^[^\s@]+@[^\s@]+$/.test(email)) return email
    terminal.output.write('That is no e-mail address, such as ana@example.com. Once more.\n')
  }
}

async function firstLine(input: NodeJS.ReadStream): Promise<string> {
  return (await text(input)).split(/\r?\n/)[0] ?? ''
}
