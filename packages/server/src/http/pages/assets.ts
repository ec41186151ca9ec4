import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { Content, fingerprint } from '../content.ts'

const { resolve } = createRequire(import.meta.url)

const ours = (name: string) => fileURLToPath(new URL(`browser/${name}`, import.meta.url))

/** The one thing that Redoc fetches from elsewhere: the picture beside its name. */
const REDOC_LOGO = 'https://cdn.redoc.ly/redoc/logo-mini.svg'
const NO_PICTURE = 'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22/%3E'

/** What the pages load: from the packages that are installed with this one, and from this one. */
const FILES = {
  'swagger-ui.css': { type: 'text/css; charset=utf-8', path: () => resolve('swagger-ui-dist/swagger-ui.css') },
  'swagger-ui.js': {
    type: 'text/javascript; charset=utf-8',
    path: () => resolve('swagger-ui-dist/swagger-ui-bundle.js'),
  },
  'redoc.js': { type: 'text/javascript; charset=utf-8', path: () => resolve('redoc/bundles/redoc.standalone.js') },
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
      const bytes = withoutStrangers(await readFile(path()))
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

function withoutStrangers(bytes: Buffer): Buffer {
  return bytes.includes(REDOC_LOGO) ? Buffer.from(bytes.toString().replaceAll(REDOC_LOGO, NO_PICTURE)) : bytes
}
