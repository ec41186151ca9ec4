/** A piece of an answer that is still being written, or of its model's reasoning; `start` counts UTF-16 units. */
export interface Segment {
  kind: 'answer' | 'reasoning'
  messageId: string
  start: number
  content: string
}
