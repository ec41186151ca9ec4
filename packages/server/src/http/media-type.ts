import { AppError } from '../app-error.ts'

/** RFC 9110, section 8.3.1. Of the parameters only the charset could change what the bytes mean. */
export function parseContentType(header: string): { mediaType: string; charset: string } {
  const [mediaType = '', ...parameters] = header.split(';').map((part) => part.trim().toLowerCase())
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length)
  const name = charset?.replaceAll('"', '') ?? 'utf-8'
  return { mediaType, charset: name === 'utf8' ? 'utf-8' : name }
}

export function unsupportedMediaType(accepted: readonly string[]): AppError {
  return new AppError('unsupported-media-type', `Send the body as ${accepted.join(' or ')}, in UTF-8.`)
}
