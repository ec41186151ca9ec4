/**
 * Archives of backups, read where you are: verified, encrypted and decrypted without a server, in constant memory.
 *
 * @packageDocumentation
 */
export { type DecryptKeys, decryptArchive, encryptArchive } from './archive/encryption.ts'
export type { Bytes } from './archive/streams.ts'
export { type VerifiedArchive, verifyArchive } from './archive/verify.ts'
export { type LocalErrorCode, VektorError, type VektorErrorDetails } from './vektor-error.ts'
