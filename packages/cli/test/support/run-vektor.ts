import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { builtCli } from './built-cli.ts'

export interface Run {
  exitCode: number | null
  stdout: string
  stderr: string
}

/** Runs the built executable without a terminal, as a script does. */
export async function runVektor(args: string[], env: Record<string, string>, stdin = ''): Promise<Run> {
  const child = spawn(process.execPath, [await builtCli(), ...args], { env, cwd: '/' })
  child.stdin.on('error', () => undefined).end(stdin)
  const [stdout, stderr, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { exitCode, stdout, stderr }
}
