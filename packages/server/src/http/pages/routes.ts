import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { AppError } from '../../app-error.ts'
import { Content } from '../content.ts'
import type { Handlers } from '../handler.ts'
import { PROBLEM_KINDS, type ProblemKind } from '../problem.ts'
import { Assets } from './assets.ts'
import type { Html } from './html.ts'
import { homePage, problemListPage, problemPage, redocPage, swaggerPage } from './pages.ts'

type PageOperation =
  | 'getHomePage'
  | 'getSwaggerPage'
  | 'getRedocPage'
  | 'getProblemListPage'
  | 'getProblemPage'
  | 'getAsset'
  | 'getContractJson'
  | 'getContractYaml'

export interface PageOptions {
  /** The OpenAPI document. */
  contract: object
  version: string
}

/** A new version of the server may have changed it: ask whether it has. */
const ASK_AGAIN = 'no-cache'
const FOR_EVER = 'public, max-age=31536000, immutable'

const CONTRACT_YAML = new URL('../../generated/openapi.yaml', import.meta.url)

/** The pages for people, and the description of the API. Nothing of it is read before somebody asks for it. */
export function pageRoutes({ contract, version }: PageOptions): Handlers<PageOperation> {
  const assets = once(() => Assets.load())
  const home = once(async () => toContent(homePage(await assets(), version)))
  const swagger = once(async () => toContent(swaggerPage(await assets())))
  const problems = once(async () => toContent(problemListPage(await assets(), PROBLEM_KINDS)))
  const json = once(async () => new Content('application/json', JSON.stringify(contract)))
  const yaml = once(async () => new Content('application/yaml; charset=utf-8', await readFile(CONTRACT_YAML)))
  return {
    getHomePage: async () => ({ status: 200, headers: pageHeaders(STILL), content: await home() }),

    getSwaggerPage: async () => ({ status: 200, headers: pageHeaders(SWAGGER), content: await swagger() }),

    async getRedocPage() {
      const nonce = randomBytes(16).toString('base64')
      const content = toContent(redocPage(await assets(), nonce))
      return { status: 200, headers: { ...pageHeaders(redocPolicy(nonce)), 'Cache-Control': 'no-store' }, content }
    },

    getProblemListPage: async () => ({ status: 200, headers: pageHeaders(STILL), content: await problems() }),

    async getProblemPage({ params }) {
      const kind = findKind(params.code)
      if (!kind) throw new AppError('not-found', 'Check the address: there is no problem of this name.')
      const content = toContent(problemPage(await assets(), params.code, kind))
      return { status: 200, headers: pageHeaders(STILL), content }
    },

    async getAsset({ params }) {
      const content = (await assets()).find(params.file_name)
      if (!content) throw new AppError('not-found', 'Load the page again: it names the files that there are.')
      return { status: 200, headers: { 'Cache-Control': FOR_EVER }, content }
    },

    getContractJson: async () => ({ status: 200, headers: { 'Cache-Control': ASK_AGAIN }, content: await json() }),

    getContractYaml: async () => ({ status: 200, headers: { 'Cache-Control': ASK_AGAIN }, content: await yaml() }),
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    return made
  }
}

function toContent({ text }: Html): Content {
  return new Content('text/html; charset=utf-8', text)
}

function findKind(code: string): ProblemKind | undefined {
  const kinds: Readonly<Record<string, ProblemKind>> = PROBLEM_KINDS
  return Object.hasOwn(kinds, code) ? kinds[code] : undefined
}

function pageHeaders(policy: string): Record<string, string> {
  return { 'Cache-Control': ASK_AGAIN, 'Content-Security-Policy': policy }
}

/** No page needs more than this: what comes from here, and in no frame. */
const BASE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const STILL = `${BASE}; style-src 'self'; img-src 'self'`

/** Swagger UI has its icons in its style sheet, as `data:`. */
const SWAGGER = `${BASE}; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'`

/** Redoc writes its style into the page as it goes, and searches in a worker that it makes of a blob. */
function redocPolicy(nonce: string): string {
  return `${BASE}; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; connect-src 'self'; worker-src blob:`
}
