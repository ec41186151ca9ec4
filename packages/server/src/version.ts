import { readFileSync } from 'node:fs'

/** The version of this package, as its package.json has it. */
export function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  const version = typeof manifest === 'object' && manifest && 'version' in manifest ? manifest.version : undefined
  if (typeof version !== 'string') throw new TypeError('package.json has no version.')
  return version
}
