/** What the description says of errors, and shows as their bodies, is what the server can send there. */
import { describe, expect, test } from 'vitest'
import contract from '../../src/generated/openapi.json' with { type: 'json' }
import { Contract, type Operation, type Place } from '../../src/http/contract.ts'
import { PROBLEM_KINDS } from '../../src/http/problem.ts'
import { TestContract } from '../support/test-contract.ts'

const described = new Contract(contract)
const tested = new TestContract(contract)

interface Example {
  type: string
  title: string
  status: number
  instance: string
}

interface Refusal {
  operation: Operation
  status: string
  /** The codes that its description explains, each before a colon. */
  codes: string[]
  examples: Example[]
}

function readRefusal(operation: Operation, status: string): Refusal {
  const at = ['paths', operation.path, operation.method, 'responses']
  const declared = described.resolve<Record<string, { description?: string }>>(at).value[status]
  const { place, value } = described.resolve<{ description: string }>([...at, status])
  const description = declared?.description ?? value.description
  const codes = [...description.matchAll(/`([a-z-]+)`:/g)].map(([, code = '']) => code)
  return { operation, status, codes, examples: readExamples([...place, 'content', 'application/problem+json']) }
}

function readExamples(content: Place): Example[] {
  const { examples = {} } = described.resolve<{ examples?: object }>(content).value
  const names = Object.keys(examples)
  return names.map((name) => described.resolve<{ value: Example }>([...content, 'examples', name]).value.value)
}

const refusals = described.operations.flatMap((operation) => {
  const { value } = described.resolve<object>(['paths', operation.path, operation.method, 'responses'])
  const statuses = Object.keys(value).filter((status) => Number(status) >= 400)
  return statuses.map((status) => readRefusal(operation, status))
})

/** Stands for every path that a code can come from. */
const ANY_PATH = '/path/of/the/request'

describe.each(refusals)('$operation.id shows for $status', ({ operation, status, codes, examples }) => {
  test('one example for each code that it explains, and none of another', () => {
    expect(codes).not.toEqual([])
    expect(examples.map(({ type }) => type).toSorted()).toEqual(codes.map((code) => `/problems/${code}`).toSorted())
  })

  test('problems of its status, with the title that the server gives them', () => {
    for (const { type, title, status: shown } of examples) {
      const [, kind] = Object.entries(PROBLEM_KINDS).find(([code]) => type === `/problems/${code}`) ?? []
      expect({ title, status: shown }).toEqual({ title: kind?.title, status: Number(status) })
    }
  })

  test('what the schema of a problem takes, from a path of its own or from any', () => {
    for (const example of examples) {
      expect(tested.checkProblem(example)).toEqual([])
      const path = example.instance === ANY_PATH ? operation.path : tested.findPath(example.instance)
      expect(path).toBe(operation.path)
    }
  })
})

test('every code that a problem can have is named somewhere in the description', () => {
  const named = new Set([...JSON.stringify(contract).matchAll(/`([a-z-]+)`/g)].map(([, code]) => code))
  expect(Object.keys(PROBLEM_KINDS).filter((code) => !named.has(code))).toEqual([])
})

test('an operation that is for administrators says so in its own words', () => {
  const silent = described.operations
    .filter(({ role }) => role === 'administrator')
    .filter(({ path, method }) => {
      const { value } = described.resolve<{ description: string }>(['paths', path, method])
      return !value.description.startsWith('Administrators only.')
    })
  expect(silent.map(({ id }) => id)).toEqual([])
})

test('no parameter that may be left out has an example: Swagger UI would send it as if it had been typed in', () => {
  const withExample = described.operations.flatMap(({ id, parameters }) =>
    parameters
      .filter(({ isRequired }) => !isRequired)
      .filter(({ schema }) => 'example' in described.resolve(schema.slice(0, -1)).value)
      .map(({ name }) => `${id} ${name}`),
  )
  expect(withExample).toEqual([])
})
