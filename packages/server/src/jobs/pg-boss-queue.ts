import { type ConstructorOptions, fromKnex, type Job, PgBoss } from 'pg-boss'
import type { Database, Transaction } from '../database/database.ts'
import { plainSql } from '../database/plain-sql.ts'
import type { Log } from '../log.ts'
import type { ClaimedJob, JobQueue, Rest } from './job-queue.ts'
import { JOB_KINDS, type JobKind } from './runner.ts'

const QUEUE = 'jobs'
const DAY_S = 86_400
const YEAR_S = 365 * DAY_S
/** A claim that was not kept for so long is lost. pg-boss takes no less than ten seconds. */
const HEARTBEAT_S = 15
/** How often somebody looks for lost claims. */
const SUPERVISE_S = 10
/** A job of a kind that only a later version knows. */
const UNKNOWN_RESTS_MS = 60_000
/** A database that is away says so in many places. */
const COMPLAIN_EVERY_MS = 60_000

/** Attempts are counted by the runner, which also knows which ones do not count: here a job is tried for ever. */
const QUEUE_OPTIONS = {
  retryLimit: 1_000_000,
  heartbeatSeconds: HEARTBEAT_S,
  expireInSeconds: DAY_S,
  retentionSeconds: 10 * YEAR_S,
  deleteAfterSeconds: DAY_S,
}

/** What pg-boss does beside keeping jobs, and costs statements, is left out or done seldom. */
const OPTIONS = {
  schema: 'pgboss',
  schedule: false,
  registerInstance: false,
  monitorVacuum: false,
  reindex: false,
  openTelemetry: { enabled: false },
  superviseIntervalSeconds: SUPERVISE_S,
  monitorIntervalSeconds: SUPERVISE_S,
  queueCacheIntervalSeconds: DAY_S,
  flowIntervalSeconds: DAY_S,
} satisfies ConstructorOptions

interface Content {
  kind: JobKind
  subject: string
  /** Those that it had before it was put back. */
  attempts: number
}

interface BossJob extends ClaimedJob {
  claim: Job<Content>
}

/** The jobs in a PostgreSQL, for any number of servers: pg-boss keeps them, gives each to one server, and takes it back from the dead. */
export class PgBossQueue implements JobQueue<BossJob> {
  readonly keepEveryMs = (HEARTBEAT_S * 1_000) / 3
  readonly #database: Database
  readonly #boss: PgBoss

  private constructor(database: Database, boss: PgBoss) {
    this.#database = database
    this.#boss = boss
  }

  /** Makes the tables, or brings them up to date: of servers that boot together one does, and the others wait. */
  static async open(database: Database, log: Log): Promise<PgBossQueue> {
    await database.migrate(async (knex) => {
      const boss = new PgBoss({ ...OPTIONS, supervise: false, db: plainSql(knex) })
      boss.on('error', complain(database, log))
      await boss.start()
      try {
        await boss.createQueue(QUEUE, QUEUE_OPTIONS)
        await boss.updateQueue(QUEUE, QUEUE_OPTIONS)
      } finally {
        await boss.stop({ graceful: false })
      }
    })
    const boss = new PgBoss({ ...OPTIONS, db: plainSql(database.write) })
    boss.on('error', complain(database, log))
    boss.on('warning', ({ message }) => log.warn({ warning: message }, 'jobs-warning'))
    await database.guard(() => boss.start())
    return new PgBossQueue(database, boss)
  }

  async add(transaction: Transaction, kind: JobKind, subject: string): Promise<void> {
    await this.#send(transaction, { kind, subject, attempts: 0 })
  }

  async claim(preferred: JobKind | undefined): Promise<BossJob | undefined> {
    const [claim] = await this.#database.guard(async () => {
      const priority = preferred && priorityOf(preferred)
      const range = priority === undefined ? undefined : { minPriority: priority, maxPriority: priority }
      const found = range ? await this.#boss.fetch<Content>(QUEUE, range) : []
      return found.length > 0 ? found : this.#boss.fetch<Content>(QUEUE)
    })
    if (!claim) return undefined
    const { kind, subject, attempts } = claim.data
    const job = { id: claim.id, kind, subject, attempts: attempts + claim.retryCount + 1, claim }
    if (JOB_KINDS.includes(kind)) return job
    // A later version of the server knows what to do.
    await this.putBack(job, { restMs: UNKNOWN_RESTS_MS, attempts })
    return this.claim(preferred)
  }

  async keep({ claim }: BossJob): Promise<boolean> {
    return isDone(await this.#boss.touch(QUEUE, claim))
  }

  /** As a new job: pg-boss counts each attempt, and some do not count. */
  async putBack({ claim, kind, subject }: BossJob, { restMs, attempts }: Rest): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      const completed = await this.#boss.complete(QUEUE, claim, null, { db: fromKnex(transaction) })
      if (isDone(completed)) await this.#send(transaction, { kind, subject, attempts }, restMs)
    })
  }

  async remove({ claim }: BossJob): Promise<void> {
    await this.#database.guard(() => this.#boss.complete(QUEUE, claim))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Whoever cannot say so is noticed soon.
    await this.#boss.stop({ graceful: false }).catch(() => undefined)
  }

  async #send(transaction: Transaction, content: Content, restMs = 0): Promise<void> {
    const options = { priority: priorityOf(content.kind), startAfter: restMs / 1_000 }
    await this.#boss.send(QUEUE, content, { db: fromKnex(transaction), ...options })
  }
}

/** The larger, the sooner; a kind that is not known has none. */
function priorityOf(kind: JobKind): number {
  const place = JOB_KINDS.indexOf(kind)
  return place < 0 ? 0 : JOB_KINDS.length - place
}

/** The types of pg-boss hide what it answers. */
function isDone(response: object): boolean {
  return 'affected' in response && response.affected === 1
}

/** Without a listener an error event would end the process. */
function complain(database: Database, log: Log): (error: unknown) => void {
  let quietUntil = 0
  return (error) => {
    if (performance.now() < quietUntil) return
    quietUntil = performance.now() + COMPLAIN_EVERY_MS
    log.warn({ err: database.toAppError(error) }, 'jobs-unsupervised')
  }
}
