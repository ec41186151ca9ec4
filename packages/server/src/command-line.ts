import { parseArgs } from 'node:util'
import { help } from './config/help.ts'
import { readVersion } from './version.ts'

/** What only the entry point may do. */
export interface Process {
  exit(code: number): never
}

const WRONG_USAGE = 2

/** Runs one command; answers the exit code. */
export async function run(args: readonly string[], { exit }: Process): Promise<number> {
  const command = readCommand(args)
  switch (command.name) {
    case 'help':
      process.stdout.write(help(readVersion()))
      return 0
    case 'version':
      process.stdout.write(`${readVersion()}\n`)
      return 0
    case 'serve':
    case 'migrate': {
      // Loaded only now: printing help should not cost opening the libraries of a server.
      const commands = await import('./commands.ts')
      return commands[command.name](exit)
    }
    case 'unknown':
      process.stderr.write(`${command.problem} See \`vektor-server --help\`.\n`)
      return WRONG_USAGE
  }
}

type Command = { name: 'help' | 'version' | 'serve' | 'migrate' } | { name: 'unknown'; problem: string }

function readCommand(args: readonly string[]): Command {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'v' } },
    })
    if (values.version) return { name: 'version' }
    if (values.help || positionals.length === 0) return { name: 'help' }
    const [name, surplus] = positionals
    if (surplus !== undefined) return { name: 'unknown', problem: `${name} takes no arguments.` }
    if (name === 'help' || name === 'serve' || name === 'migrate') return { name }
    return { name: 'unknown', problem: `There is no command ${JSON.stringify(name)}.` }
  } catch {
    return { name: 'unknown', problem: 'Settings are environment variables, not options.' }
  }
}
