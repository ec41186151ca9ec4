import { isInternalHost } from './address-ranges.ts'

/**
 * What a message may show: addresses for the upstream to fetch, and images that are in the message. A backslash is where
 * those who read addresses disagree on what the host is.
 */
const ADDRESS = /^https?:\/\/[^\s\\]+$/i
const DATA = /^data:image\/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}$/i

const IMAGE_RULE = 'Send an http or https address, or data:image/png;base64,… (or jpeg, gif, webp).'

const INTERNET_RULE = 'Send an address of the internet: this one is of a single machine or of a private network.'

/** Why an image cannot be shown to a model; undefined if it can. */
export function findImageFault(url: string): string | undefined {
  if (DATA.test(url)) return undefined
  const address = ADDRESS.test(url) ? URL.parse(url) : null
  if (!address) return IMAGE_RULE
  // Whoever asks the model must not reach through it what only the model's network can.
  return isInternalHost(address.hostname) ? INTERNET_RULE : undefined
}
