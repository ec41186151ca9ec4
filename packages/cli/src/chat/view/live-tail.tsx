import { Box, Text } from 'ink'

/** Only what can still change is drawn here, and it is never taller than the screen; finished blocks were printed above. */
export function LiveTail({ open, rows }: { open: readonly string[]; rows: number }) {
  const visible = open.slice(-Math.max(1, rows))
  return (
    <Box flexDirection="column">
      {visible.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place on the screen.
        <Text key={index} wrap="truncate">
          {line === '' ? ' ' : line}
        </Text>
      ))}
    </Box>
  )
}
