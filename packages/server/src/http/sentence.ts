import type { ErrorObject } from 'ajv/dist/2020.js'

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  null: 'null',
}

const FORMATS: Readonly<Record<string, string>> = {
  uri: 'Send a whole address, such as https://example.com/picture.png.',
  uuid: 'Send a UUID.',
  'date-time': 'Send a time such as 2025-07-09T12:34:56Z.',
}

/** What to do about one violation of a schema, written for people. */
export function toSentence({ keyword, params, parentSchema }: ErrorObject): string {
  switch (keyword) {
    case 'required':
      return 'Fill in this field: it is required.'
    case 'additionalProperties':
      return 'Leave this field out: it is unknown here.'
    case 'type':
      return `Send ${[params.type].flat().map(kindOf).join(' or ')}.`
    case 'minLength':
      return params.limit === 1 ? 'Do not leave this empty.' : `Use at least ${params.limit} characters.`
    case 'maxLength':
      return `Use at most ${counted(params.limit, 'character')}.`
    case 'minimum':
      return `Use a number that is at least ${params.limit}.`
    case 'maximum':
      return `Use a number that is at most ${params.limit}.`
    case 'minItems':
      return `Send at least ${counted(params.limit, 'entry', 'entries')}.`
    case 'maxItems':
      return `Send at most ${counted(params.limit, 'entry', 'entries')}.`
    case 'minProperties':
      return `Send at least ${counted(params.limit, 'field')}.`
    case 'enum':
      return `Use one of these: ${[params.allowedValues].flat().join(', ')}.`
    case 'const':
      return `Use ${JSON.stringify(params.allowedValue)}.`
    case 'format':
      return FORMATS[params.format] ?? describe(parentSchema)
    default:
      return describe(parentSchema)
  }
}

function kindOf(type: string): string {
  return KINDS[type] ?? type
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

/** The contract says for people what a pattern says for machines. */
function describe(schema: ErrorObject['parentSchema']): string {
  const description: unknown = schema?.description
  if (typeof description !== 'string') return 'Send what the description of this API asks for here.'
  const [first = ''] = description
    .replace(/\s+/g, ' ')
    .trim()
    .split(/(?<=\.) /)
  return `Send what belongs here: ${first.charAt(0).toLowerCase()}${first.slice(1)}`
}
