import MarkdownIt from 'markdown-it'

/** Longer texts are shown as they are: nobody waits for half a book to be parsed. Counted in UTF-16 units. */
const LONGEST = 200_000

/** What an image of a page may be: nothing that is fetched, and nothing that could hold a script. */
const IMAGE_DATA = /^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+$/i

/** Makes HTML of what was said. HTML in it is shown, not obeyed. */
export class MessageMarkdown {
  readonly #markdown = new MarkdownIt('default', { html: false, linkify: false, breaks: true })

  constructor() {
    const { renderer, utils } = this.#markdown
    renderer.rules.image = (tokens, index) => {
      const { attrGet, content } = tokens[index] ?? { attrGet: () => null, content: '' }
      return this.image(String(attrGet.call(tokens[index], 'src') ?? ''), utils.unescapeAll(content))
    }
    // The policy of the page allows no style but its own: how a column is aligned is said by a class of it.
    for (const rule of ['th_open', 'td_open'] as const) {
      renderer.rules[rule] = (tokens, index, options) => {
        const token = tokens[index]
        const [, alignment] = /^text-align:(\w+)$/.exec(String(token?.attrGet('style'))) ?? []
        if (token) token.attrs = alignment === undefined ? null : [['class', `to-${alignment}`]]
        return renderer.renderToken(tokens, index, options)
      }
    }
    // Where a link leads is not told where it was followed from.
    renderer.rules.link_open = (tokens, index, options) => {
      tokens[index]?.attrSet('rel', 'noopener noreferrer nofollow')
      return renderer.renderToken(tokens, index, options)
    }
  }

  render(text: string): string {
    return text.length > LONGEST ? this.plain(text) : this.#markdown.render(text)
  }

  plain(text: string): string {
    return `<div class="plain">${this.escape(text)}</div>`
  }

  /** One that would have to be fetched is told by its address. */
  image(url: string, text = 'image'): string {
    const alt = this.escape(text === '' ? 'image' : text)
    if (IMAGE_DATA.test(url)) return `<img src="${url}" alt="${alt}">`
    return url.startsWith('data:') ? `[${alt}]` : `[${alt}: <code>${this.escape(url)}</code>]`
  }

  escape(text: string): string {
    return this.#markdown.utils.escapeHtml(text).replaceAll("'", '&#39;')
  }
}
