import type { Contract, Place } from './contract.ts'

/** Makes of the text of a parameter or form field what the contract says it is. */
export type Coercion = (text: string) => unknown

const NUMERAL = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i

/** Text that is no number stays text, so that validation says what is wrong with it. */
export function coercionOf(schema: Place, contract: Contract): Coercion {
  const { type } = contract.resolve<{ type?: string | string[] }>(schema).value
  const types = [type].flat()
  if (types.includes('string')) return (text) => text
  if (types.includes('integer') || types.includes('number')) return (text) => (NUMERAL.test(text) ? Number(text) : text)
  if (types.includes('boolean')) return (text) => (text === 'true' ? true : text === 'false' ? false : text)
  return (text) => text
}

/** Does the same for the fields of a form. */
export function formCoercionOf(form: Place, contract: Contract): (pairs: ReadonlyMap<string, string>) => object {
  const { place, value } = contract.resolve<{ properties?: Record<string, object> }>(form)
  const names = Object.keys(value.properties ?? {})
  const coercions = new Map(names.map((name) => [name, coercionOf([...place, 'properties', name], contract)]))
  return (pairs) => Object.fromEntries([...pairs].map(([name, text]) => [name, coercions.get(name)?.(text) ?? text]))
}
