import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of this repository. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

export function inRoot(...path: string[]): string {
  return join(ROOT, ...path)
}

/** The environment with the tools of this workspace first, its own Node among them. */
export function toolEnvironment(): NodeJS.ProcessEnv {
  const { PATH = '', ...environment } = process.env
  return { ...environment, PATH: `${inRoot('node_modules/.bin')}:${PATH}` }
}
