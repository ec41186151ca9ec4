import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { CliError } from '../failure/cli-error.ts'

/** Where questions are asked and answers come from. */
export interface Terminal {
  input: NodeJS.ReadStream
  /** Standard error, so that standard output stays data. */
  output: NodeJS.WritableStream
}

export async function ask(question: string, terminal: Terminal): Promise<string> {
  return (await readAnswer(question, terminal, terminal.output)).trim()
}

/** Nothing of what is typed is shown. */
export async function askSecret(question: string, terminal: Terminal): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  // The terminal stops to show what is typed before anybody is asked to type.
  const answer = readAnswer('', terminal, nowhere)
  terminal.output.write(question)
  try {
    return await answer
  } finally {
    terminal.output.write('\n')
  }
}

/** Anything but yes is a no. */
export async function confirm(question: string, terminal: Terminal): Promise<boolean> {
  return /^(y|yes|s|sí|si)$/i.test(await ask(`${question} [y/N] `, terminal))
}

function readAnswer(question: string, { input }: Terminal, output: NodeJS.WritableStream): Promise<string> {
  const lines = createInterface({ input, output, terminal: true, historySize: 0 })
  return new Promise<string>((resolve, reject) => {
    const leave = () => reject(new CliError('interrupted', 'Interrupted.'))
    lines.once('SIGINT', leave)
    lines.once('close', leave)
    lines.question(question, resolve)
  }).finally(() => lines.close())
}
