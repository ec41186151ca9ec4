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

/** The present password and the one to have instead: typed, the new one twice, or the first two lines of standard input. */
export async function readPasswordChange(terminal: Terminal): Promise<{ current: string; next: string }> {
  if (!terminal.input.isTTY) {
    const [current, next] = await lines(terminal.input)
    if (current && next) return { current, next }
    throw new CliError('usage', 'Send two lines to standard input: the present password, and the new one.')
  }
  const current = await askSecret('Present password: ', terminal)
  const next = await askSecret('New password: ', terminal)
  if ((await askSecret('The same again: ', terminal)) === next) return { current, next }
  throw new CliError('failed', 'The two passwords are not the same. Nothing was done.')
}

async function firstLine(input: NodeJS.ReadStream): Promise<string> {
  return (await lines(input))[0] ?? ''
}

async function lines(input: NodeJS.ReadStream): Promise<string[]> {
  return (await text(input)).split(/\r?\n/)
}
