import { SETTINGS, type Setting } from './env.ts'

/** What `vektor-server --help` prints. */
export function help(version: string): string {
  return `Vektor ${version}: a chat server whose answers outlive their connections.

Usage
  vektor-server serve      Start the server.
  vektor-server migrate    Bring the tables of the database up to date, without starting.
  vektor-server --help     Print this.
  vektor-server --version  Print the version.

Settings, all of them environment variables
${Object.values(SETTINGS).map(describe).join('\n')}
SIGTERM or Ctrl-C ends the server once running answers are stored; a second one ends it at once.
`
}

const WIDTH = 110

function wrap(line: string): string[] {
  const end = line.length > WIDTH ? line.lastIndexOf(' ', WIDTH) : -1
  return end < 0 ? [line] : [line.slice(0, end), ...wrap(line.slice(end + 1))]
}

function describe({ name, purpose, rule, example, fallback }: Setting): string {
  const lines = [purpose, `Takes ${rule}.`, `Without it: ${'value' in fallback ? fallback.value : fallback.words}.`]
  return `  ${name}\n${lines
    .flatMap(wrap)
    .map((line) => `      ${line}\n`)
    .join('')}      Example: ${name}=${example}\n`.replaceAll('`', '')
}
