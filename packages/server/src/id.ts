import { hash } from 'node:crypto'
import { v7 } from 'uuid'

/** A new UUIDv7 (RFC 9562): unique everywhere, and in order of creation. */
export function newId(): string {
  return v7()
}

/**
 * The same id whenever the same `names` are given, and nobody else's: a UUIDv7 of that time (epoch milliseconds), so that ids
 * keep their order (RFC 9562, section 5.7).
 */
export function namedId(names: readonly string[], time: number): string {
  const bytes = hash('sha256', JSON.stringify(names), 'buffer').subarray(0, 16)
  bytes.writeUIntBE(time, 0, 6)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
