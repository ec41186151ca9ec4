import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openJobFixture } from '../../test/support/job-fixture.ts'
import { AppError } from '../app-error.ts'
import { JOB_KINDS, LostAttemptsError } from './runner.ts'

type Fixture = Awaited<ReturnType<typeof openJobFixture>>

/** With a database that several servers share, it takes a while until one is known to be dead. */
const PATIENTLY = { timeout: 50_000 }

let fixture: Fixture

beforeEach(async () => {
  fixture = await openJobFixture()
})

afterEach(() => fixture[Symbol.asyncDispose]())

test('a job that is announced is run once, with what it is about', async () => {
  const { runner, runs } = await fixture.startRunner()
  await using _ = runner
  for (const subject of ['one', 'two', 'three']) (await fixture.enqueue(runner, subject)).announce()
  await expect.poll(() => runs).toHaveLength(3)
  expect(runs.toSorted()).toEqual([
    ['one', 1],
    ['three', 1],
    ['two', 1],
  ])
})

test('a job whose transaction is rolled back is never run', async () => {
  const { runner, runs } = await fixture.startRunner()
  await using _ = runner
  const refused = fixture.database.transaction(async (transaction) => {
    await runner.enqueue(transaction, 'backup', 'rolled back')
    throw new Error('No.')
  })
  await expect(refused).rejects.toThrow('No.')
  const next = await fixture.enqueue(runner, 'committed')
  next.announce()
  await expect.poll(() => runs).toEqual([['committed', 1]])
})

test('a job that was enqueued before anybody worked is run at the start', async () => {
  await using enqueuing = await fixture.openRunner()
  await fixture.enqueue(enqueuing, 'early')
  const { runner, runs } = await fixture.startRunner()
  await using _ = runner
  await expect.poll(() => runs).toEqual([['early', 1]])
})

test('what somebody waits for is done before what is scheduled, but for each second job, which each kind has in turn', async () => {
  await using enqueuing = await fixture.openRunner()
  for (const kind of JOB_KINDS.toReversed())
    for (const number of [1, 2])
      await fixture.database.transaction((transaction) => enqueuing.enqueue(transaction, kind, `${kind} ${number}`))
  const { runner, runs } = await fixture.startRunner()
  await using _ = runner
  await expect.poll(() => runs).toHaveLength(6)
  expect(runs.map(([subject]) => subject)).toEqual([
    'safety-backup 1',
    'scheduled-backup 1',
    'safety-backup 2',
    'backup 1',
    'backup 2',
    'scheduled-backup 2',
  ])
})

describe('a job that fails', () => {
  test('is tried again, and done when it succeeds', async () => {
    const { runner, runs, abandoned } = await fixture.startRunner({
      async run(_subject, { attempt }) {
        if (attempt === 1) throw new Error('Not yet.')
      },
    })
    await using _ = runner
    await fixture.enqueue(runner, 'stubborn').then(({ announce }) => announce())
    await expect
      .poll(() => runs, PATIENTLY)
      .toEqual([
        ['stubborn', 1],
        ['stubborn', 2],
      ])
    expect(abandoned).toEqual([])
  })

  test('three times is abandoned, once, with the reason of its last failure', async () => {
    const { runner, runs, abandoned } = await fixture.startRunner({
      async run(_subject, { attempt }) {
        throw new Error(`Failure ${attempt}`)
      },
    })
    await using _ = runner
    await fixture.enqueue(runner, 'hopeless').then(({ announce }) => announce())
    await expect.poll(() => abandoned, PATIENTLY).toHaveLength(1)
    // Whoever were abandoned twice, or tried again, would be before the next one is.
    await fixture.enqueue(runner, 'after it').then(({ announce }) => announce())
    await expect.poll(() => abandoned, PATIENTLY).toHaveLength(2)
    expect(abandoned).toEqual([
      ['hopeless', expect.objectContaining({ message: 'Failure 3' })],
      ['after it', expect.objectContaining({ message: 'Failure 3' })],
    ])
    expect(runs).toHaveLength(6)
  })

  test('does not hold up another one', async () => {
    const order: string[] = []
    const { runner } = await fixture.startRunner({
      async run(subject) {
        order.push(subject)
        if (subject === 'failing' && order.length === 1) throw new Error('Not yet.')
      },
    })
    await using _ = runner
    for (const subject of ['failing', 'other']) (await fixture.enqueue(runner, subject)).announce()
    await expect.poll(() => order, PATIENTLY).toEqual(['failing', 'other', 'failing'])
  })

  test('because the database cannot be used is tried as often as that takes', async () => {
    let calls = 0
    const { runner, runs, abandoned } = await fixture.startRunner({
      async run() {
        calls += 1
        if (calls <= 5) throw new AppError('database-unavailable', 'Later.')
      },
    })
    await using _ = runner
    await fixture.enqueue(runner, 'patient').then(({ announce }) => announce())
    await expect.poll(() => calls, PATIENTLY).toBe(6)
    expect(runs.map(([, attempt]) => attempt)).toEqual([1, 1, 1, 1, 1, 1])
    expect(abandoned).toEqual([])
  })
})

test('a job that has ended while the database cannot be used is not run again', async () => {
  let unblock: (() => Promise<void>) | undefined
  const { runner, runs } = await fixture.startRunner({
    async run(subject) {
      if (subject === 'in the dark') unblock = await fixture.block()
    },
  })
  await using _ = runner
  await fixture.enqueue(runner, 'in the dark').then(({ announce }) => announce())
  await expect.poll(() => fixture.logs.map(({ msg }) => msg), PATIENTLY).toContain('jobs-waiting-for-database')
  await unblock?.()
  await fixture.enqueue(runner, 'after it').then(({ announce }) => announce())
  await expect
    .poll(() => runs, PATIENTLY)
    .toEqual([
      ['in the dark', 1],
      ['after it', 1],
    ])
})

describe('abandoning that fails', () => {
  test.each([
    ['because the database cannot be used', new AppError('database-unavailable', 'Later.'), 'Never.'],
    ['for another reason', new Error('A bug.'), expect.any(String)],
  ])('%s is done again', async (_why, failure, message) => {
    let calls = 0
    const { runner, abandoned } = await fixture.startRunner({
      async run() {
        throw new Error('Never.')
      },
      async abandon() {
        calls += 1
        if (calls === 1) throw failure
      },
    })
    await using _ = runner
    await fixture.enqueue(runner, 'hopeless').then(({ announce }) => announce())
    await expect.poll(() => abandoned, PATIENTLY).toEqual([['hopeless', expect.objectContaining({ message })]])
    expect(calls).toBe(2)
  })
})

test('a server that ends interrupts its job, which the next one runs as if it had not been begun', async () => {
  const first = await fixture.startRunner({
    async run(_subject, { signal }) {
      await once(signal, 'abort')
      signal.throwIfAborted()
    },
  })
  await fixture.enqueue(first.runner, 'interrupted').then(({ announce }) => announce())
  await expect.poll(() => first.runs).toEqual([['interrupted', 1]])
  await first.runner[Symbol.asyncDispose]()
  const second = await fixture.startRunner()
  await using _ = second.runner
  await expect.poll(() => second.runs, PATIENTLY).toEqual([['interrupted', 1]])
  expect(first.abandoned).toEqual([])
})

test('the job of a process that was killed is run again', async () => {
  await using enqueuing = await fixture.openRunner()
  await fixture.enqueue(enqueuing, 'orphan')
  expect(await fixture.killWhileRunning()).toBe(1)
  const { runner, runs } = await fixture.startRunner()
  await using _ = runner
  await expect.poll(() => runs, PATIENTLY).toEqual([['orphan', 2]])
})

test('a job that has killed three processes is abandoned without another try', async () => {
  await using enqueuing = await fixture.openRunner()
  await fixture.enqueue(enqueuing, 'deadly')
  for (const attempt of [1, 2, 3]) {
    expect(await fixture.killWhileRunning()).toBe(attempt)
    await fixture.findDead()
  }
  const { runner, runs, abandoned } = await fixture.startRunner()
  await using _ = runner
  await expect.poll(() => abandoned, PATIENTLY).toEqual([['deadly', expect.any(LostAttemptsError)]])
  expect(runs).toEqual([])
})
