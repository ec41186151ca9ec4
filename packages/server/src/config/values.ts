import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { Secret } from '../secret.ts'

/** What a setting's text means; undefined if it breaks the setting's rule. */
export type Parse<Value> = (text: string) => Value | undefined

export function oneOf<const Choice extends string>(...choices: readonly Choice[]): Parse<Choice> {
  return (text) => choices.find((choice) => choice === text)
}

export function wholeNumber(min: number, max: number): Parse<number> {
  return (text) => (/^\d{1,9}$/.test(text) ? within(Number(text), min, max) : undefined)
}

/** Seconds in the text, milliseconds as the value. */
export function seconds(min: number, max: number): Parse<number> {
  return (text) => {
    const value = /^\d{1,6}(\.\d{1,3})?$/.test(text) ? within(Number(text), min, max) : undefined
    return value === undefined ? undefined : Math.round(value * 1000)
  }
}

const BYTES = { b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 }

/** `512kb`, `1mb`, `2gb`: units of 1024. The value is in bytes. */
export function size(min: number, max: number): Parse<number> {
  return (text) => {
    const [, digits, unit] = /^(\d{1,9})(b|kb|mb|gb)$/i.exec(text) ?? []
    const key = unit?.toLowerCase()
    if (key !== 'b' && key !== 'kb' && key !== 'mb' && key !== 'gb') return undefined
    return within(Number(digits) * BYTES[key], min, max)
  }
}

/** An absolute path. A `~` that no shell has replaced would become a folder of that name. */
export function folder(text: string): string | undefined {
  return text.trim() === '' || text.startsWith('~') ? undefined : resolve(text)
}

export function host(text: string): string | undefined {
  const isName = /^[a-z\d-]{1,63}(\.[a-z\d-]{1,63})*$/i.test(text) && /[a-z]/i.test(text)
  return isName || isIP(text) !== 0 ? text : undefined
}

/** Whether there is such a model only the config folder says. */
export function modelName(text: string): string | undefined {
  return text !== '' && text.length <= 100 ? text : undefined
}

export const MIN_SECRET_BYTES = 32

export function secret(text: string): Secret | undefined {
  return Buffer.byteLength(text) < MIN_SECRET_BYTES ? undefined : new Secret(text)
}

export function accessKeyId(text: string): string | undefined {
  return /^[\x21-\x7e]{1,128}$/.test(text) ? text : undefined
}

/** What can stand after `Bearer`. */
export function token(minLength: number): Parse<Secret> {
  return (text) => (/^[\x21-\x7e]+$/.test(text) && text.length >= minLength ? new Secret(text) : undefined)
}

function within(value: number, min: number, max: number): number | undefined {
  return value >= min && value <= max ? value : undefined
}
