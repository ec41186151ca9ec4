import { Encrypter, generateIdentity, identityToRecipient } from 'age-encryption'
import { expect, test } from 'vitest'
import { type Bytes, decryptArchive, encryptArchive, verifyArchive } from '../src/archive.ts'
import { CREATED_AT, entriesBut, sampleArchive } from './support/sample-archive.ts'

const VERIFIED = {
  created_at: CREATED_AT,
  created_by: 'vektor-server 0.0.0',
  counts: { conversations: 1, messages: 2 },
}
const DAMAGED = { name: 'VektorError', code: 'archive-invalid' }

const streamOf = (bytes: Bytes) => new Blob([bytes]).stream()
const verify = (bytes: Bytes) => verifyArchive(streamOf(bytes))
const bytesOf = async (stream: ReadableStream<Bytes>) => new Uint8Array(await new Response(stream).arrayBuffer())

async function encryptTo(recipient: string, bytes: Bytes): Promise<Bytes> {
  const encrypter = new Encrypter()
  encrypter.addRecipient(recipient)
  return new Uint8Array(await encrypter.encrypt(bytes))
}

test('an archive that is whole says what it is', async () => {
  expect(await verify(await sampleArchive())).toEqual(VERIFIED)
})

test('every flipped bit is noticed, unless it means nothing', async () => {
  const original = await sampleArchive()
  let harmless = 0
  for (let at = 0; at < original.length; at += 1) {
    for (let bit = 0; bit < 8; bit += 1) {
      const flipped = original.with(at, (original[at] ?? 0) ^ (1 << bit))
      const read = await verify(new Uint8Array(flipped)).catch((error: unknown) => error)
      if (read instanceof Error) expect(read, `${at}.${bit}`).toMatchObject(DAMAGED)
      else {
        expect(read, `${at}.${bit}`).toEqual(VERIFIED)
        harmless += 1
      }
    }
  }
  // The time and the system in gzip's header, and the bits that fill up a last byte.
  expect(harmless).toBeLessThan(100)
  expect(harmless, 'the control: bits that mean nothing are read as nothing').toBeGreaterThan(0)
})

test('every cut is noticed, and so is what was put behind the end', async () => {
  const bytes = await sampleArchive()
  for (let length = 0; length < bytes.length; length += 1)
    await expect(verify(bytes.slice(0, length)), `${length}`).rejects.toMatchObject(DAMAGED)
  for (const junk of [Buffer.from('junk'), bytes])
    await expect(verify(new Uint8Array(Buffer.concat([bytes, junk])))).rejects.toMatchObject(DAMAGED)
})

test.each([
  ['another checksum', { manifest: { files: entriesBut('messages.ndjson', { sha256: '0'.repeat(64) }) } }],
  ['another size', { manifest: { files: entriesBut('conversations.ndjson', { size: 10 }) } }],
  ['a checksum that is none', { manifest: { files: entriesBut('account.json', { sha256: 7 }) } }],
  ['files that the manifest does not name', { manifest: { files: [] } }],
  [
    'files in another order',
    { files: { 'conversations.ndjson': '\n', 'account.json': '\n', 'messages.ndjson': '\n\n' } },
  ],
  [
    'half a last line',
    { files: { 'account.json': '{}\n{}', 'conversations.ndjson': '\n', 'messages.ndjson': '\n\n' } },
  ],
  ['a file too many', { files: { 'account.json': '{}\n', 'notes.txt': '\n' } }],
  ['a file behind the manifest', { after: { 'messages.ndjson': '' } }],
  ['other counts', { manifest: { counts: { conversations: 1, messages: 3 } } }],
  ['another format', { manifest: { format: 'zip' } }],
  ['a manifest without a version', { manifest: { version: '1' } }],
])('an archive with %s is refused, in a sentence', async (_what, sample) => {
  const reason = await verify(await sampleArchive(sample)).catch((error: unknown) => error)
  expect(reason).toMatchObject({ ...DAMAGED, message: expect.stringMatching(/^Use another archive: .*\)\.$/) })
})

test('an archive of a later version says to update, whatever else is new in it', async () => {
  const later = await sampleArchive({ files: { 'new.bin': 'new' }, manifest: { version: 2 } })
  const message = expect.stringContaining('Update first: the archive has version 2')
  await expect(verify(later)).rejects.toMatchObject({ code: 'archive-too-new', message })
})

test('a file that is something else altogether is refused, an empty one too', async () => {
  for (const text of ['', 'x', '{"format":"vektor-history"}', '\u001f'])
    await expect(verify(new Uint8Array(Buffer.from(text)))).rejects.toMatchObject(DAMAGED)
})

test('a source that breaks off is told as that, and not as a damaged archive', async () => {
  const bytes = await sampleArchive()
  const sealed = await bytesOf(await encryptArchive(streamOf(bytes), { passphrase: 'p' }))
  const failure = new Error('The cable is out.')
  const breaking = (whole: Bytes, after: number) =>
    new ReadableStream<Bytes>({
      start: (controller) => controller.enqueue(whole.slice(0, after)),
      pull: (controller) => controller.error(failure),
    })
  for (const after of [1, 100, bytes.length]) await expect(verifyArchive(breaking(bytes, after))).rejects.toBe(failure)
  for (const after of [1, 60, sealed.length - 1]) {
    const decrypted = async () => bytesOf(await decryptArchive(breaking(sealed, after), { passphrase: 'p' }))
    await expect(decrypted()).rejects.toBe(failure)
  }
  const encrypted = async () => bytesOf(await encryptArchive(breaking(bytes, 10), { passphrase: 'p' }))
  await expect(encrypted()).rejects.toBe(failure)
})

test('what was encrypted with a passphrase comes back with it, and with no other', async () => {
  const bytes = await sampleArchive()
  const sealed = await bytesOf(await encryptArchive(streamOf(bytes), { passphrase: 'correct horse' }))
  expect(await bytesOf(await decryptArchive(streamOf(sealed), { passphrase: 'correct horse' }))).toEqual(bytes)
  const failure = { name: 'VektorError', code: 'wrong-key' }
  await expect(decryptArchive(streamOf(sealed), { passphrase: 'battery staple' })).rejects.toMatchObject(failure)
  await expect(decryptArchive(streamOf(sealed), {})).rejects.toMatchObject({ code: 'backup-encrypted' })
  await expect(verify(sealed)).rejects.toMatchObject({ code: 'backup-encrypted' })
})

test('what was encrypted to a key comes back with its identity, whichever of several it is', async () => {
  const bytes = await sampleArchive()
  const [mine, other] = [await generateIdentity(), await generateIdentity()]
  const sealed = await encryptTo(await identityToRecipient(mine), bytes)
  expect(await bytesOf(await decryptArchive(streamOf(sealed), { identities: [other, mine] }))).toEqual(bytes)
  for (const identities of [[other], ['no identity']])
    await expect(decryptArchive(streamOf(sealed), { identities })).rejects.toMatchObject({ code: 'wrong-key' })
  expect(await bytesOf(await decryptArchive(streamOf(bytes), { identities: [mine] }))).toEqual(bytes)
})

test('every flipped byte and every cut of an encrypted archive is noticed', async () => {
  const bytes = await sampleArchive()
  const identity = await generateIdentity()
  const sealed = await encryptTo(await identityToRecipient(identity), bytes)
  const open = async (changed: Bytes) => bytesOf(await decryptArchive(streamOf(changed), { identities: [identity] }))
  for (let at = 0; at < sealed.length; at += 7) {
    await expect(open(sealed.slice(0, at)).then(verify), `cut at ${at}`).rejects.toMatchObject(DAMAGED)
    const flipped = new Uint8Array(sealed.with(at, (sealed[at] ?? 0) ^ 1))
    const code = expect.stringMatching(/^(archive-invalid|wrong-key)$/)
    await expect(open(flipped).then(verify), `flipped at ${at}`).rejects.toMatchObject({ code })
  }
})
