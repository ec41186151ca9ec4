import type { FieldError } from './app-error.ts'

/** Every one of `recipients` that is no public key of age (https://age-encryption.org). */
export async function findRecipientFaults(recipients: readonly string[], pointer: string): Promise<FieldError[]> {
  if (recipients.length === 0) return []
  // Loaded where it is needed: it is a third of what the server takes to start.
  const { Encrypter } = await import('age-encryption')
  const isRecipient = (text: string) => {
    try {
      new Encrypter().addRecipient(text)
      return true
    } catch {
      return false
    }
  }
  return recipients.flatMap((recipient, index) =>
    isRecipient(recipient)
      ? []
      : [{ pointer: `${pointer}/${index}`, detail: 'Send a public key of age, such as "age-keygen -y" prints.' }],
  )
}
