import { type Express, type Request, type Response, Router } from 'express'
import { AppError } from '../app-error.ts'
import type { Operation } from './contract.ts'
import { type AnyHandler, Endpoint, type EndpointServices } from './endpoint.ts'
import type { ExchangeResponse } from './exchange.ts'
import type { Handlers } from './handler.ts'

/** Joins each operation of the contract to the handler of its name. Neither is ever without the other. */
export function mount(app: Express, handlers: Handlers, services: EndpointServices): void {
  const router = Router({ caseSensitive: true, strict: true })
  const paths = Map.groupBy(join(services.contract.operations, handlers), ([{ path }]) => path)
  for (const [path, joined] of [...paths].sort(concreteFirst)) {
    const route = router.route(toExpressPath(path))
    for (const [operation, handler] of joined) {
      const endpoint = new Endpoint(operation, handler, services)
      route[operation.method]((request: Request, response: ExchangeResponse) => {
        response.locals.exchange.operation = operation
        return endpoint.handle(request, response)
      })
    }
    route.all(refuseMethod(joined.map(([{ method }]) => method)))
  }
  app.use(router)
}

function join(operations: readonly Operation[], typedHandlers: Handlers): (readonly [Operation, AnyHandler])[] {
  // Each is called with the context that its own type describes: the endpoint of its operation sees to that.
  const handlers = typedHandlers as unknown as Readonly<Record<string, AnyHandler>>
  const missing = operations.filter(({ id }) => !Object.hasOwn(handlers, id)).map(({ id }) => id)
  if (missing.length > 0) throw new Error(`Operations of the contract without a handler: ${missing.join(', ')}.`)
  const known = new Set(operations.map(({ id }) => id))
  const extra = Object.keys(handlers).filter((name) => !known.has(name))
  if (extra.length > 0) throw new Error(`Handlers without an operation in the contract: ${extra.join(', ')}.`)
  return operations.flatMap((operation) => {
    const handler = handlers[operation.id]
    return handler ? [[operation, handler]] : []
  })
}

/** OpenAPI, "Path Templating Matching": concrete paths are matched before their templated counterparts. */
function concreteFirst([one]: readonly [string, ...unknown[]], [other]: readonly [string, ...unknown[]]): number {
  return Number(one.includes('{')) - Number(other.includes('{'))
}

function toExpressPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1')
}

function refuseMethod(methods: readonly string[]) {
  const allowed = [...methods, ...(methods.includes('get') ? ['head'] : [])].map((method) => method.toUpperCase())
  return (_: Request, response: Response): void => {
    response.setHeader('Allow', allowed.join(', '))
    throw new AppError('method-not-allowed', `Use one of the methods that this path has: ${allowed.join(', ')}.`)
  }
}
