import type { ChildProcess } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'

/**
 * CPU milliseconds that a process has taken so far, all its threads together, to the nanosecond where `stat` counts in
 * ticks of ten milliseconds.
 * @see https://docs.kernel.org/scheduler/sched-stats.html#proc-pid-schedstat
 */
export async function cpuMilliseconds({ pid }: ChildProcess): Promise<number> {
  const threads = await readdir(`/proc/${pid}/task`)
  const times = await Promise.all(threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8')))
  return times.reduce((sum, text) => sum + Number.parseInt(text, 10), 0) / 1e6
}

/** https://man7.org/linux/man-pages/man5/proc_pid_status.5.html */
export async function residentMegabytes({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024
}
