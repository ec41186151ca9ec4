import { identityKey } from './account.ts'
import { COMMON_WORDS } from './common-passwords.ts'

const MAX_LENGTH = 128

/** What neighbouring keys and letters give when a finger is drawn over them. */
const RUNS = ['01234567890', 'abcdefghijklmnopqrstuvwxyz', 'qwertyuiopasdfghjklñzxcvbnm', 'qazwsxedcrfvtgbyhnujmikolp']
  .concat(
    '1qaz2wsx3edc4rfv5tgb6yhn7ujm',
    '1q2w3e4r5t6y7u8i9o0p',
    'azertyuiopqsdfghjklm',
    'qwertyuiopñ',
    'asdfghjklzxcvbnm',
  )
  .flatMap((run) => [run, [...run].reverse().join('')])

export interface PasswordRules {
  /** In Unicode code points, at least 8. */
  minLength: number
}

/** Why nobody may choose this password, as a sentence that says what to do; undefined if it will do. */
export function findPasswordFault(
  password: string,
  owner: { email: string; username: string },
  rules: PasswordRules,
): string | undefined {
  const length = [...password].length
  if (length < rules.minLength) return `Use at least ${rules.minLength} characters.`
  if (length > MAX_LENGTH) return `Use at most ${MAX_LENGTH} characters.`
  const key = identityKey(password)
  if (key === identityKey(owner.email) || key === identityKey(owner.username)) {
    return 'Use a password that is not your e-mail address or username.'
  }
  return isCommon(key) ? 'Use a less common password: this one is among the first that anybody would guess.' : undefined
}

function isCommon(password: string): boolean {
  return isRepetition(password) || RUNS.some((run) => run.includes(password)) || isDecoratedWord(password)
}

/** Something short again and again: `aaaaaaaa`, `12341234`. */
function isRepetition(password: string): boolean {
  return /^(.{1,4})\1+$/su.test(password)
}

/** A common word, with a few digits or marks at its end as people add them when they are asked to: `password123!`. */
function isDecoratedWord(password: string): boolean {
  if (COMMON_WORDS.has(password)) return true
  const word = password.replace(/[\d\p{P}\p{S}]{1,4}$/u, '')
  return COMMON_WORDS.has(word) || RUNS.some((run) => word.length >= 4 && run.startsWith(word))
}
