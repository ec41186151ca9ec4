/** Enough to know it by, and short enough for every file system. */
const LONGEST = 80

/** What no file name may hold somewhere: separators, what shells and Windows read into it, controls, turned directions. */
const UNFIT = /[\p{Cc}\p{Cs}\p{Cf}\p{Zl}\p{Zp}\\/:*?"<>|]+/gu

/** A title as the name of a file. It neither begins with a dot nor ends with one, and has no separators. */
export function fileNameOf(title: string | null, extension: string): string {
  const words = (title ?? '').replace(UNFIT, ' ').replace(/\s+/g, ' ').trim()
  const short = [...words].slice(0, LONGEST).join('')
  const name = short.replace(/^[. ~-]+/, '').replace(/[. ]+$/, '')
  return `${name === '' ? 'conversation' : name}.${extension}`
}

/**
 * What makes a browser save a response under this name.
 * @see https://www.rfc-editor.org/rfc/rfc6266#section-4.3 and https://www.rfc-editor.org/rfc/rfc8187#section-3.2
 */
export function attachment(fileName: string): string {
  const plain = fileName.normalize('NFKD').replace(/\p{M}+/gu, '')
  const letters = plain.replace(/[^\x20-\x7e]/g, '_').replace(/["\\%]/g, '_')
  // Of a name that is marks and nothing else, nothing is left but what follows its dot.
  const ascii = letters.startsWith('.') ? `conversation${letters}` : letters
  const header = `attachment; filename="${ascii}"`
  if (ascii === fileName) return header
  const encoded = encodeURIComponent(fileName).replace(/['()*]/g, (character) => `%${hex(character)}`)
  return `${header}; filename*=UTF-8''${encoded}`
}

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).toUpperCase()
}
