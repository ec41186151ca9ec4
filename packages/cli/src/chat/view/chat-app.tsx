import { Box, Static, Text, useCursor, useInput, usePaste, useWindowSize } from 'ink'
import { useSyncExternalStore } from 'react'
import type { Conversation, ConversationParts } from '../conversation.ts'
import { intentsOf } from '../editor/keys.ts'
import { drawFrame, type Frame } from './frame.ts'

interface ChatAppProps extends Pick<ConversationParts, 'chat' | 'editor'> {
  conversation: Conversation
  /** Told what is on the screen each time. */
  onDraw(frame: Frame): void
}

/** What is finished goes above, once; below it stands what can still change, as one text. */
export function ChatApp({ chat, editor, conversation, onDraw }: ChatAppProps) {
  const { columns, rows } = useWindowSize()
  const state = useSyncExternalStore(chat.subscribe, chat.read)
  const typed = useSyncExternalStore(editor.subscribe, editor.read)
  const { setCursorPosition } = useCursor()

  useInput((input, key) => {
    for (const intent of intentsOf(input, key)) conversation.handle(intent)
  })
  usePaste((text) => editor.dispatch({ type: 'insert', text: text.replace(/\r\n?/g, '\n') }))

  const frame = drawFrame(state, typed, columns, rows)
  setCursorPosition(frame.cursor)
  onDraw(frame)
  return (
    <>
      <Static items={[...state.printed]}>{(block) => <Text key={block.id}>{block.text || ' '}</Text>}</Static>
      <Box>
        <Text wrap="truncate">{frame.lines.join('\n')}</Text>
      </Box>
    </>
  )
}
