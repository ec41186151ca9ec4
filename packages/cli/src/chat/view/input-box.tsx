import { Box, Text, useCursor } from 'ink'
import type { Editor } from '../editor/editor.ts'
import { layOut } from '../editor/layout.ts'

const PROMPT = '› '

interface InputBoxProps {
  editor: Editor
  columns: number
  maxRows: number
  /** The row of the live part of the screen on which the box starts. */
  top: number
}

/** What is being typed, with the terminal's own cursor in it. */
export function InputBox({ editor, columns, maxRows, top }: InputBoxProps) {
  const { setCursorPosition } = useCursor()
  const layout = layOut(editor.text, editor.cursor, Math.max(1, columns - PROMPT.length - 1), maxRows)
  setCursorPosition({ x: PROMPT.length + layout.cursor.column, y: top + layout.cursor.row })
  return (
    <Box flexDirection="column">
      {layout.rows.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place on the screen.
        <Text key={index} wrap="truncate">
          <Text color="cyan">{index === 0 ? PROMPT : '  '}</Text>
          {row}
        </Text>
      ))}
    </Box>
  )
}
