import { Text } from 'ink'
import { neutralise } from '../../output/neutralise.ts'
import type { ChatState } from '../state.ts'

/** One line: what is going on, with whom, and which keys matter now. */
export function StatusLine({ chat }: { chat: ChatState }) {
  const title = chat.title === undefined ? 'new conversation' : neutralise(chat.title)
  return (
    <Text wrap="truncate">
      <Text dimColor>
        {chat.model} · {title} ·{' '}
      </Text>
      <Text {...(chat.connection === 'lost' ? { color: 'yellow' } : { dimColor: true })}>{activity(chat)}</Text>
    </Text>
  )
}

function activity({ phase, connection, hint }: ChatState): string {
  if (connection === 'lost') return 'connection lost, resuming…'
  switch (phase) {
    case 'waiting':
      return 'thinking… (Esc stops)'
    case 'streaming':
      return 'answering… (Esc stops and keeps it)'
    case 'stopping':
      return 'stopping…'
    case 'idle':
      return hint ?? 'Enter sends, /help'
  }
}
