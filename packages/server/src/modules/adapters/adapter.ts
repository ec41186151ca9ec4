/** What the administrator has set up for a service elsewhere: one file in the folder `app`. */
export interface Adapter {
  name: string
  /** As they were sent or written by hand, secrets and all: they are shown masked only. */
  settings: Readonly<Record<string, unknown>>
}

export const ADAPTER_FOLDER = 'app'

/** The most bytes that settings may have, as JSON without spaces. */
export const MAX_SETTINGS_BYTES = 65_536

const NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/

/** A name is a part of a path: what does not match must never come near one. */
export function isAdapterName(text: string): boolean {
  return NAME.test(text)
}

/** Where it is in the config folder. */
export function adapterPath(name: string): string {
  if (!isAdapterName(name)) throw new TypeError('This is no name of an adapter.')
  return `${ADAPTER_FOLDER}/${name}.json`
}
