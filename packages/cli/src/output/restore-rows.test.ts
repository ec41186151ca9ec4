import type { RestoreReport } from '@vektor/sdk'
import { expect, test } from 'vitest'
import { restoreRows } from './restore-rows.ts'

const NOTHING = { messages_added: 0, messages_changed: 0, messages_removed: 0 }
const RESTORED = {
  conversations_added: 0,
  conversations_changed: 0,
  conversations_removed: 0,
  preferences: [],
  ...NOTHING,
}
const REPORT: RestoreReport = {
  detail: 'Simulación completada: no se ha cambiado nada',
  backup_id: 'b',
  mode: 'replace',
  dry_run: true,
  restored: RESTORED,
}

test('a title cannot make a terminal do anything, nor pretend to be another line', () => {
  const title = 'Trip\u001b]0;gotcha\u0007\u001b[2J\n- Everything\u202e'
  const change = { conversation_id: 'c', title, action: 'add' as const, ...NOTHING, messages_added: 1 }
  const [row = ''] = restoreRows({ ...REPORT, changes: [change] })
  expect(row).toBe('+ Trip␛]0;gotcha␇␛[2J - Everything  messages: 1 added')
})

test('of more changes than are told it is said how many there are', () => {
  const change = { conversation_id: 'c', title: null, action: 'remove' as const, ...NOTHING }
  const restored = { ...RESTORED, conversations_removed: 3, preferences: ['theme'] }
  expect(restoreRows({ ...REPORT, restored, changes: [change] })).toEqual([
    '- untitled  messages: as they are',
    '  and 2 conversations more',
    '',
    'Conversations  3 removed',
    'Messages       as they are',
    'Preferences    theme',
  ])
})
