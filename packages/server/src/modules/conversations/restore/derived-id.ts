import { createHash } from 'node:crypto'

/**
 * The id that something gets for an account where its own belongs to somebody else: always the same one, so that restoring
 * twice makes nothing twice; and as old as the first one, so that it sorts like it.
 */
export function derivedId(ownerId: string, id: string): string {
  const hash = createHash('sha256').update(`${ownerId} ${id}`).digest()
  // RFC 9562, section 5.7: the time, the version 7, and what is nobody else's.
  hash.write(id.replaceAll('-', '').slice(0, 12), 0, 'hex')
  hash.writeUInt8(0x70 | (hash.readUInt8(6) & 0x0f), 6)
  hash.writeUInt8(0x80 | (hash.readUInt8(8) & 0x3f), 8)
  const hex = hash.toString('hex', 0, 16)
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
