import type { ChatEvent } from '@vektor/sdk'
import { expect, test } from 'vitest'
import type { ChatAction } from './state.ts'
import { Turn } from './turn.ts'

test('what the reader should know is shown before the first word, on one line, and is no beginning of the answer', async () => {
  const actions: ChatAction[] = []
  const detail = 'The oldest 12 messages\nwere left out.'
  async function* events(): AsyncGenerator<ChatEvent> {
    yield { type: 'notice', message_id: 'a', code: 'context-trimmed', detail }
    const lines = actions.flatMap((action) => (action.type === 'printed' ? action.lines : []))
    expect(lines.join()).toContain('(The oldest 12 messages were left out.)')
    expect(actions.map(({ type }) => type)).not.toContain('wrote')
    yield { type: 'delta', message_id: 'a', content: 'Hola.' }
  }
  await new Turn({ dispatch: (action) => actions.push(action), width: () => 80 }).run(events())
  expect(actions.at(-1)).toMatchObject({ type: 'wrote', lines: ['Hola.'] })
})
