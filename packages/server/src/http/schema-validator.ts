import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { FieldError } from '../app-error.ts'
import { type Contract, escapeSegment, type Place, toFragment } from './contract.ts'
import { toSentence } from './sentence.ts'

/** Says what is wrong with a value. Empty: it matches. */
export type Check = (value: unknown) => FieldError[]

const CONTRACT = 'contract'

/** Compiles the schemas of the contract, each where it stands. */
export class SchemaValidator {
  readonly #ajv = new Ajv2020({
    // All at once, because people correct forms, not fields. How much there can be is limited: see MAX_VALUES.
    allErrors: true,
    allowUnionTypes: true,
    // Gives `parentSchema`, for its description.
    verbose: true,
    // The document around the schemas is no schema; that they are sound is checked where the contract is linted.
    strict: false,
    // 1e999 is a number in JSON, and Infinity in JavaScript: no schema means that.
    strictNumbers: true,
  })

  constructor(contract: Contract) {
    // The package is CommonJS, and its types say so.
    addFormats.default(this.#ajv)
    this.#ajv.addSchema({ $id: CONTRACT, ...contract.document }, undefined, true)
  }

  compile(place: Place): Check {
    const validate: ValidateFunction = this.#ajv.compile({ $ref: `${CONTRACT}${toFragment(place)}` })
    return (value) => (validate(value) ? [] : (validate.errors ?? []).map(toFieldError))
  }
}

function toFieldError(error: ErrorObject): FieldError {
  const { instancePath, keyword, params } = error
  const member = keyword === 'required' ? params.missingProperty : params.additionalProperty
  const pointer = typeof member === 'string' ? `${instancePath}/${escapeSegment(member)}` : instancePath
  return { pointer, detail: toSentence(error) }
}
