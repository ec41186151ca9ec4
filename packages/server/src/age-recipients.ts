import { Encrypter } from 'age-encryption'
import type { FieldError } from './app-error.ts'

/** Every one of `recipients` that is no public key of age (https://age-encryption.org). */
export function findRecipientFaults(recipients: readonly string[], pointer: string): FieldError[] {
  return recipients.flatMap((recipient, index) =>
    isRecipient(recipient)
      ? []
      : [{ pointer: `${pointer}/${index}`, detail: 'Send a public key of age, such as "age-keygen -y" prints.' }],
  )
}

function isRecipient(text: string): boolean {
  try {
    new Encrypter().addRecipient(text)
    return true
  } catch {
    return false
  }
}
