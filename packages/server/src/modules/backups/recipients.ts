import { Encrypter } from 'age-encryption'
import { AppError } from '../../app-error.ts'

/** Refuses what is no public key of age. */
export function requireRecipients(recipients: readonly string[], pointer: string): void {
  const fields = recipients.flatMap((recipient, index) =>
    isRecipient(recipient)
      ? []
      : [{ pointer: `${pointer}/${index}`, detail: 'Send a public key of age, such as "age-keygen -y" prints.' }],
  )
  if (fields.length > 0) throw new AppError('invalid-request', 'Correct the fields listed in "errors".', { fields })
}

function isRecipient(text: string): boolean {
  try {
    new Encrypter().addRecipient(text)
    return true
  } catch {
    return false
  }
}
