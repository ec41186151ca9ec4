import { setTimeout as delay } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { ACCOUNT, archiveBytes, conversationRecord, idOf, messageRecord } from './archives.ts'
import { leftoversOf } from './backup-leftovers.ts'
import { accountState, type Backup, getBackup, post, upload } from './backups.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { ServerProcess } from './server-process.ts'
import type { SignedIn } from './sign-up.ts'

/** How often a server is killed once more while it starts, and in which time of its start. */
const SHARE_AT_START = 0.1
const START_MS = 800
/** A server that has just begun takes so many times longer than one that is warm. */
const COLD = 1.7
/** A lost claim is noticed, and the backup made again. */
const ENDED_WITHIN_MS = 120_000
const CONVERSATIONS = 40
const MESSAGES_EACH = 40

const WORKS = ['backup', 'merge', 'replace'] as const
type Work = (typeof WORKS)[number]
/** What was restored last: one archive alone, or one merged into the other. */
type Shape = 'x' | 'y' | 'x+y' | 'y+x'

export interface BackupKillReport {
  kills: number
  killsAtStart: number
  /** Those that came while the work was done, by its kind; and what they left. */
  met: Record<Work, number>
  old: number
  new: number
  faults: string[]
}

interface Asked {
  work: Work
  leadsTo: Shape
  /** What the server said before it was killed. */
  answer: string | undefined
}

interface Prepared {
  shape: Shape
  state: unknown
}

/** Kills a server again and again while it makes backups and restores them, and looks after each time at what is left. */
export class BackupKillRun {
  readonly report: BackupKillReport = {
    kills: 0,
    killsAtStart: 0,
    met: { backup: 0, merge: 0, replace: 0 },
    old: 0,
    new: 0,
    faults: [],
  }
  readonly #server: ServerProcess
  readonly #ana: SignedIn
  readonly #random: SeededRandom
  readonly #archives = new Map<'x' | 'y', string>()
  readonly #states = new Map<Shape, unknown>()
  /** How long each work takes that nobody kills. */
  readonly #lasts: Record<Work, number> = { backup: 0, merge: 0, replace: 0 }
  #now: Prepared = { shape: 'x', state: undefined }

  constructor({ server, ana, random }: { server: ServerProcess; ana: SignedIn; random: SeededRandom }) {
    this.#server = server
    this.#ana = ana
    this.#random = random
  }

  /** Learns what each work leads to. */
  async prepare(): Promise<void> {
    for (const name of ['x', 'y'] as const)
      this.#archives.set(name, (await upload(this.#ana, await archiveOf(name))).backup_id)
    await this.#learn('replace', 'y', 'y')
    await this.#learn('merge', 'x', 'y+x')
    await this.#learn('replace', 'x', 'x')
    await this.#learn('merge', 'y', 'x+y')
    await this.#learn('replace', 'x', 'x')
    const started = performance.now()
    await post(this.#ana, '/sync/backup')
    await this.#untilEnded()
    this.#lasts.backup = performance.now() - started
  }

  async round(): Promise<void> {
    const work = this.#random.pick(WORKS)
    const { archive, leadsTo } = this.#choose(work)
    const asked: Asked = { work, leadsTo, answer: undefined }
    const asking = this.#ask(asked, archive)
    await delay(this.#random.next() * this.#lasts[work] * COLD)
    if (work === 'backup' || !asked.answer) this.report.met[work] += 1
    this.#server.kill('SIGKILL')
    for (const line of (await this.#server.ended).stdout.split('\n'))
      if (/"level":"(error|fatal)"/.test(line)) this.#fault(line)
    await asking
    this.report.kills += 1
    await this.#startAgain()
    await this.#examine(asked)
  }

  async #ask(asked: Asked, archive: string | undefined): Promise<void> {
    const body = asked.work === 'backup' ? undefined : { backup_id: archive, mode: asked.work }
    try {
      const response = await post(this.#ana, asked.work === 'backup' ? '/sync/backup' : '/sync/restore', body)
      asked.answer = await response.text()
      if (!response.ok) this.#fault(`${asked.work}: ${asked.answer}`)
    } catch (error) {
      // The connection broke with the server.
      if (!(error instanceof TypeError)) throw error
    }
  }

  #choose(work: Work): { archive: string | undefined; leadsTo: Shape } {
    const { shape } = this.#now
    if (work === 'backup') return { archive: undefined, leadsTo: shape }
    const other = shape.startsWith('x') ? 'y' : 'x'
    // What was merged already changes nothing any more.
    const merged: Shape = shape === 'x' ? 'x+y' : shape === 'y' ? 'y+x' : shape
    return { archive: this.#archives.get(other), leadsTo: work === 'merge' ? merged : other }
  }

  async #learn(work: 'merge' | 'replace', archive: 'x' | 'y', shape: Shape): Promise<void> {
    const started = performance.now()
    const response = await post(this.#ana, '/sync/restore', { backup_id: this.#archives.get(archive), mode: work })
    if (!response.ok) throw new Error(await response.text())
    this.#lasts[work] = Math.max(this.#lasts[work], performance.now() - started)
    this.#now = { shape, state: await accountState(this.#ana) }
    this.#states.set(shape, this.#now.state)
  }

  async #startAgain(): Promise<void> {
    if (this.#random.next() < SHARE_AT_START) {
      const starting = this.#server.start().catch(() => undefined)
      await delay(this.#random.next() * START_MS)
      this.#server.kill('SIGKILL')
      await this.#server.ended
      await starting
      this.report.killsAtStart += 1
    }
    await this.#server.start()
  }

  async #examine({ work, leadsTo, answer }: Asked): Promise<void> {
    const state = await accountState(this.#ana)
    const isNew = isDeepStrictEqual(state, this.#states.get(leadsTo))
    if (isNew) this.#now = { shape: leadsTo, state }
    else if (!isDeepStrictEqual(state, this.#now.state))
      this.#fault(`${work}: the account is neither as before nor as after`)
    if (work !== 'backup') this.report[isNew ? 'new' : 'old'] += 1
    if (answer !== undefined && !isNew) this.#fault(`${work}: it was said to be done, and is not`)
    await this.#untilEnded()
    await this.#sweep()
    if (work === 'backup' && answer !== undefined) await this.#requireComplete(JSON.parse(answer))
    await using database = this.#server.database.open()
    for (const fault of await leftoversOf(database, this.#server.folder)) this.#fault(`${work}: ${fault}`)
    if (!isDeepStrictEqual(await accountState(this.#ana), this.#now.state))
      this.#fault(`${work}: the account changed later`)
  }

  async #requireComplete({ backup_id: id }: Backup): Promise<void> {
    const { status } = await getBackup(this.#ana, id)
    if (status !== 'completed') this.#fault(`backup: it was begun, and is ${status}`)
  }

  /** All backups are complete, or have failed. */
  async #untilEnded(): Promise<void> {
    const deadline = performance.now() + ENDED_WITHIN_MS
    while (performance.now() < deadline) {
      const listed: Backup[] = JSON.parse(await (await this.#ana.fetch('/sync/backup')).text())
      if (listed.every(({ status }) => status !== 'in_progress')) return
      await delay(100)
    }
  }

  /** The time passes in which a server that lives would have said so; and whoever restores next sweeps first. */
  async #sweep(): Promise<void> {
    await using database = this.#server.database.open()
    await database.write('restores').update({ lease_expires_at: 0 })
    const response = await post(this.#ana, '/sync/restore', { backup_id: this.#archives.get('x'), dry_run: true })
    if (!response.ok) this.#fault(`a restore afterwards: ${await response.text()}`)
    const deadline = performance.now() + ENDED_WITHIN_MS
    while ((await database.read('restores').first()) && performance.now() < deadline) await delay(20)
  }

  #fault(fault: string): void {
    this.report.faults.push(`kill ${this.report.kills}: ${fault}`)
  }
}

/** Two archives that share half of their conversations, and differ in some of what they share. */
function archiveOf(name: 'x' | 'y'): Promise<Uint8Array<ArrayBuffer>> {
  const first = name === 'x' ? 1 : CONVERSATIONS / 2
  const numbers = Array.from({ length: CONVERSATIONS }, (_, at) => first + at)
  const minute = name === 'x' ? 10 : 20
  return archiveBytes({
    account: { ...ACCOUNT, preferences: { theme: name === 'x' ? 'dark' : 'light' } },
    conversations: numbers.map((number) =>
      conversationRecord(number, {
        title: `Conversación ${name} ${number}`,
        current_message_id: idOf('message', number * 1_000 + MESSAGES_EACH),
        updated_at: `2025-07-08T10:${minute}:00.000Z`,
      }),
    ),
    messages: numbers.flatMap((number) => messagesOf(name, number)),
  })
}

/** Of a conversation, some say something else in each archive, and one is in one of them only. */
function messagesOf(name: string, conversation: number): object[] {
  const count = name === 'y' && conversation % 3 === 0 ? MESSAGES_EACH + 1 : MESSAGES_EACH
  return Array.from({ length: count }, (_, at) => {
    const id = conversation * 1_000 + at + 1
    return messageRecord(id, conversation, {
      parent_id: at === 0 ? null : idOf('message', id - 1),
      content: at % 7 === 0 ? `El secreto ${name} ${id}` : `Lo que los dos dicen: ${id}`,
    })
  })
}
