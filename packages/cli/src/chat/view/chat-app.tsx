import { Box, Static, Text, useApp, useInput, usePaste, useWindowSize } from 'ink'
import { useEffect, useReducer, useRef } from 'react'
import type { ChatClient } from '../chat-client.ts'
import { Conversation } from '../conversation.ts'
import { emptyEditor, reduceEditor } from '../editor/editor.ts'
import { intentOf } from '../editor/keys.ts'
import { type ChatState, reduceChat } from '../state.ts'
import { InputBox } from './input-box.tsx'
import { LiveTail } from './live-tail.tsx'
import { StatusLine } from './status-line.tsx'

const MAX_INPUT_ROWS = 8

interface ChatAppProps {
  client: ChatClient
  initial: ChatState
  /** Told of every change, so that the last one is known when the view has gone. */
  onChange(state: ChatState): void
}

export function ChatApp({ client, initial, onChange }: ChatAppProps) {
  const { exit } = useApp()
  const { columns, rows } = useWindowSize()
  const [chat, dispatch] = useReducer(reduceChat, initial)
  const [editor, edit] = useReducer(reduceEditor, emptyEditor)
  const width = useRef(columns)
  width.current = columns
  const conversation = useRef<Conversation>(undefined)
  conversation.current ??= new Conversation(client, { dispatch, edit, quit: exit, width: () => width.current })
  useEffect(() => onChange(chat), [chat, onChange])

  useInput((input, key) => {
    const intent = intentOf(input, key)
    if (intent.type === 'edit') edit(intent.action)
    else conversation.current?.handle(intent.type, chat, editor)
  })
  usePaste((text) => edit({ type: 'insert', text: text.replace(/\r\n?/g, '\n') }))

  const inputRows = Math.min(MAX_INPUT_ROWS, Math.max(1, rows - 4))
  const open = chat.open.slice(-Math.max(1, rows - inputRows - 3))
  return (
    <>
      <Static items={[...chat.printed]}>{(block) => <Text key={block.id}>{block.text}</Text>}</Static>
      <Box flexDirection="column">
        <LiveTail open={open} rows={open.length} />
        <Text> </Text>
        <InputBox editor={editor} columns={columns} maxRows={inputRows} top={open.length + 1} />
        <StatusLine chat={chat} />
      </Box>
    </>
  )
}
