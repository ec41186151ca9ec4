import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { Content, fingerprint } from '../content.ts'

const require = createRequire(import.meta.url)

const ours = (name: string) => fileURLToPath(new URL(`browser/${name}`, import.meta.url))

/**
 * Two things about Redoc that are set when it is built. It fetches the picture beside its name from elsewhere; and it learns
 * of the nonce for its styles after it has written the first of them.
 */
const REDOC_CHANGES = [
  ['https://cdn.redoc.ly/redoc/logo-mini.svg', 'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22/%3E'],
  ['.nc=void 0', '.nc=document.currentScript.nonce'],
] as const

/** What the pages load: from the packages that are installed with this one, and from this one. */
const FILES = {
  'swagger-ui.css': { type: 'text/css; charset=utf-8', path: () => require.resolve('swagger-ui-dist/swagger-ui.css') },
  'swagger-ui.js': {
    type: 'text/javascript; charset=utf-8',
    path: () => require.resolve('swagger-ui-dist/swagger-ui-bundle.js'),
  },
  'redoc.js': {
    type: 'text/javascript; charset=utf-8',
    path: () => require.resolve('redoc/bundles/redoc.standalone.js'),
  },
  'docs.mjs': { type: 'text/javascript; charset=utf-8', path: () => ours('docs.mjs') },
  'redoc.mjs': { type: 'text/javascript; charset=utf-8', path: () => ours('redoc.mjs') },
  'pages.css': { type: 'text/css; charset=utf-8', path: () => ours('pages.css') },
  'icon.svg': { type: 'image/svg+xml', path: () => ours('icon.svg') },
} as const

export type AssetName = keyof typeof FILES

/** The files of the pages, under names that change with what is in them, so that browsers may keep them for ever. */
export class Assets {
  readonly #contents: ReadonlyMap<string, Content>
  readonly #names: ReadonlyMap<string, string>

  private constructor(loaded: readonly { name: string; servedAs: string; content: Content }[]) {
    this.#contents = new Map(loaded.map(({ servedAs, content }) => [servedAs, content]))
    this.#names = new Map(loaded.map(({ name, servedAs }) => [name, servedAs]))
  }

  static async load(): Promise<Assets> {
    const loading = Object.entries(FILES).map(async ([name, { type, path }]) => {
      const file = await readFile(path())
      const bytes = name === 'redoc.js' ? Buffer.from(adapt(file.toString())) : file
      const servedAs = name.replace('.', `.${fingerprint(bytes)}.`)
      return { name, servedAs, content: new Content(type, bytes) }
    })
    return new Assets(await Promise.all(loading))
  }

  find(servedAs: string): Content | undefined {
    return this.#contents.get(servedAs)
  }

  url(name: AssetName): string {
    return `/assets/${this.#names.get(name)}`
  }
}

function adapt(redoc: string): string {
  return REDOC_CHANGES.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`This is not the Redoc that the pages are made for: it has no ${from}.`)
    return text.replaceAll(from, to)
  }, redoc)
}
