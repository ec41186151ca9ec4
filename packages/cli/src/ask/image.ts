import { readFile, stat } from 'node:fs/promises'
import { type ChatRequest, VektorError } from '@vektor/sdk'
import { CliError } from '../failure/cli-error.ts'
import { unreadable } from '../failure/file-failure.ts'
import { tooLongSentence } from '../failure/report-failure.ts'

type Content = ChatRequest['messages'][number]['content']
type ImagePart = Extract<Exclude<Content, string>[number], { type: 'image_url' }>

/** More than any model takes; a server takes less, unless its operator has allowed it. */
const LARGEST_BYTES = 20 * 1024 * 1024

/** What the kinds of images begin with, as latin1. */
const KINDS: readonly [kind: string, beginning: RegExp][] = [
  ['png', /^\x89PNG\r\n/],
  ['jpeg', /^\xff\xd8\xff/],
  ['gif', /^GIF8[79]a/],
  ['webp', /^RIFF.{4}WEBP/s],
]

/** What to say of a message with images that could not be sent. */
export function imageFailure(error: unknown): unknown {
  if (!(error instanceof VektorError) || error.code !== 'payload-too-large') return error
  return new CliError('failed', tooLongSentence('The message with its images', error.message), { cause: error })
}

/** A message with images, if there are any: addresses, which go to the model as they are, and files. */
export async function withImages(text: string, sources: readonly string[] = []): Promise<Content> {
  if (sources.length === 0) return text
  return [{ type: 'text', text }, ...(await Promise.all(sources.map(readImage)))]
}

async function readImage(source: string): Promise<ImagePart> {
  const isAddress = /^https?:\/\//i.test(source)
  return { type: 'image_url', image_url: { url: isAddress ? source : await readFileUrl(source) } }
}

async function readFileUrl(path: string): Promise<string> {
  const bytes = await readBytes(path)
  const beginning = bytes.toString('latin1', 0, 16)
  const kind = KINDS.find(([, known]) => known.test(beginning))?.[0]
  if (!kind) throw new CliError('usage', `${path} is no image that models see: send a png, jpeg, gif or webp file.`)
  return `data:image/${kind};base64,${bytes.toString('base64')}`
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    const { size } = await stat(path)
    if (size > LARGEST_BYTES) {
      const megabytes = Math.round(LARGEST_BYTES / 1024 ** 2)
      throw new CliError('usage', `${path} is too large: send an image of at most ${megabytes} MB.`)
    }
    return await readFile(path)
  } catch (error) {
    throw error instanceof CliError ? error : unreadable(path, error)
  }
}
