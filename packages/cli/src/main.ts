/**
 * The executable. Nothing is imported before it is needed: what `--version` and `--help` say was written down when
 * this was built.
 */
import { readFileSync } from 'node:fs'
import { getSystemErrorMap } from 'node:util'

declare const VEKTOR_VERSION: string

const OLDEST_NODE = [22, 12] as const
/** For what is still on its way, such as the wish to stop an answer. */
const GRACE_MS = 500
const HELP = ['--help', '-h', 'help']

function isTooOld([major = 0, minor = 0]: number[]): boolean {
  return major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])
}

async function start(argv: string[]): Promise<void> {
  if (isTooOld(process.versions.node.split('.').map(Number))) {
    process.stderr.write(
      `vektor needs Node ${OLDEST_NODE.join('.')} or newer; this is Node ${process.versions.node}.\n`,
    )
    process.exitCode = 1
  } else if (argv[0] === '--version') {
    process.stdout.write(`vektor ${VEKTOR_VERSION}\n`)
  } else if (argv.length === 0 || (argv.length === 1 && HELP.includes(argv[0] ?? ''))) {
    process.stdout.write(readFileSync(new URL('help.txt', import.meta.url)))
  } else {
    // A dynamic import too, for Node 20 does not know it, and would not get as far as telling so.
    const { enableCompileCache } = await import('node:module')
    enableCompileCache()
    const { run } = await import('./run.ts')
    process.exitCode = await run(argv, new URL('.', import.meta.url))
    // Whoever left does not wait for a server that is silent; a pipe may still hold what was printed.
    if (process.stdout.isTTY) setTimeout(() => process.exit(), GRACE_MS).unref()
  }
}

/** A reader that has read enough (EPIPE) is no error; anything else ends us, for what is printed now is lost. */
function endOnFailedWrite({ code, errno = 0 }: NodeJS.ErrnoException): void {
  if (code === 'EPIPE') return
  const reason = getSystemErrorMap().get(errno)?.[1] ?? code
  process.stderr.write(`The output cannot be written: ${reason}.\n`)
  process.exit(1)
}

process.stdout.on('error', endOnFailedWrite)
// Where nothing can be told, there is nothing to do about it.
process.stderr.on('error', () => undefined)
await start(process.argv.slice(2))
