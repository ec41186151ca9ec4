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

function describe({ name, purpose, rule, example, fallback }: Setting): string {
  const lines = [purpose, `Takes ${rule}.`, `Without it: ${'value' in fallback ? fallback.value : fallback.words}.`]
  return `  ${name}\n${lines.map((line) => `      ${line}\n`).join('')}      Example: ${name}=${example}\n`.replaceAll(
    '`',
    '',
  )
}
