import { fstatSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { CliError } from '../failure/cli-error.ts'

type StandardInput = NodeJS.ReadStream & { fd: 0 }

/** What to say: the argument, standard input, or both, the argument first: what is to be done with the rest. */
export async function readMessage(argument: string | undefined, stdin: StandardInput): Promise<string | undefined> {
  const isAskedFor = argument === '-'
  if (!isAskedFor && !isPiped(stdin)) return argument === undefined ? undefined : nonEmpty(argument)
  const piped = (await text(stdin)).trimEnd()
  if (isAskedFor || argument === undefined) return nonEmpty(piped)
  return nonEmpty(piped === '' ? argument : `${argument}\n\n${piped}`)
}

function nonEmpty(message: string): string {
  if (message.trim() !== '') return message
  throw new CliError('usage', 'The message is empty.')
}

/** A terminal would be waited for, and so would what a daemon has in place of one. */
function isPiped(stdin: StandardInput): boolean {
  if (stdin.isTTY) return false
  try {
    const stats = fstatSync(stdin.fd)
    return stats.isFIFO() || stats.isFile() || stats.isSocket()
  } catch {
    // It was closed before we started.
    return false
  }
}
