import { spawn } from 'node:child_process'
import { ROOT, toolEnvironment } from './root.ts'

export interface RunOptions {
  cwd?: string
  env?: NodeJS.ProcessEnv
  /** The command is a line for the shell. */
  shell?: boolean
  /** Goes to its standard input, which is empty otherwise. */
  input?: string
  /** Ends the command when it is aborted. */
  signal?: AbortSignal
}

export interface RunResult {
  isSuccess: boolean
  /** What it printed, on both of its outputs. */
  output: string
  milliseconds: number
}

/** Runs a command quietly: what it prints is kept, for whoever wants to show it. */
export function run(command: string, args: string[] = [], options: RunOptions = {}): Promise<RunResult> {
  const { input = '', ...others } = options
  const start = performance.now()
  const { promise, resolve } = Promise.withResolvers<RunResult>()
  const child = spawn(command, args, {
    cwd: ROOT,
    env: toolEnvironment(),
    ...others,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.on('error', () => {}).end(input)
  let output = ''
  const end = (isSuccess: boolean) => resolve({ isSuccess, output, milliseconds: performance.now() - start })
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  child.on('error', (error) => {
    output += `${command}: ${error.cause instanceof Error ? error.cause.message : error.message}\n`
    end(false)
  })
  child.on('close', (code) => end(code === 0))
  return promise
}
