/** Backups that nobody asks for, and those that nobody keeps. */
import { afterEach, expect, test } from 'vitest'
import { makeBackup, post } from '../support/backups.ts'
import { chatOf } from '../support/sample-requests.ts'
import type { SignedIn } from '../support/sign-up.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer | undefined
afterEach(() => server?.[Symbol.asyncDispose]())

interface Listed {
  backup_id: string
  origin: string
}

async function list(who: SignedIn): Promise<Listed[]> {
  return JSON.parse(await (await who.fetch('/sync/backup')).text())
}

const prefer = (who: SignedIn, preferences: object) =>
  who.fetch('/users/preferences', {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(preferences),
  })

test('only the newest backups are kept, as many as the owner wants', async () => {
  server = await startTestServer({ env: { VEKTOR_BACKUP_KEEP: '3' } })
  const ana = await server.signUp('ana')
  await chatOf(ana)
  for (let count = 0; count < 4; count += 1) await makeBackup(ana)
  expect(await list(ana)).toHaveLength(3)
  await prefer(ana, { backup_keep: 1 })
  const { backup_id: id } = await makeBackup(ana)
  expect((await list(ana)).map(({ backup_id }) => backup_id)).toEqual([id])
  expect((await post(ana, `/sync/backup/${id}/verify`)).status).toBe(200)
})
