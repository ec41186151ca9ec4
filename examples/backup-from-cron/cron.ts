import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

export interface CronOptions {
  home: string
  /** Where programs are that a machine would have in /usr/local/bin. */
  programs: string
  more?: Record<string, string>
}

export interface CronRun {
  exitCode: number | null
  /** What cron would write a mail about. */
  output: string
}

/** Does what cron does with the one job of a table: its shell, the home folder, and hardly any environment. */
export function runJob(table: string, { home, programs, more = {} }: CronOptions): CronRun {
  const lines = readFileSync(table, 'utf8').split('\n')
  const settings = lines.flatMap((line) =>
    [...line.matchAll(/^([A-Z_]+)=(.*)$/g)].map(([, name, value]) => [name, value]),
  )
  const jobs = lines.flatMap((line) => /^(?:[\d*/,-]+ ){5}(.+)$/.exec(line)?.[1] ?? [])
  if (jobs.length !== 1) throw new Error(`The table has ${jobs.length} jobs.`)
  const env = { SHELL: '/bin/sh', LOGNAME: 'ana', HOME: home, ...Object.fromEntries(settings), ...more }
  env.PATH = `${programs}:${env.PATH}`
  const run = spawnSync('/bin/sh', ['-c', jobs[0] ?? ''], { cwd: home, env, encoding: 'utf8' })
  return { exitCode: run.status, output: run.stdout + run.stderr }
}
