import { hash } from 'node:crypto'

/**
 * The id of something that was imported: the same whenever the same account imports the same again, and of no other account.
 * A UUIDv7 of the time that the thing says it is from, so that ids keep their order (RFC 9562, section 5.7).
 */
export function importedId(names: readonly string[], time: number): string {
  const bytes = hash('sha256', JSON.stringify(names), 'buffer').subarray(0, 16)
  bytes.writeUIntBE(time, 0, 6)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
