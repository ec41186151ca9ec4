import { afterNotice } from './after-notice.ts'
import type { PromptMessage, Provider } from './provider.ts'

/** What a message says that was nothing but images: an empty one would be refused. */
const IMAGE_ALONE = '[image]'

/** For a model that sees no images: those of a conversation that began with another model are left out, and that is said. */
export function withoutImages(provider: Provider): Provider {
  return {
    get endpoints() {
      return provider.endpoints
    },
    stream(request, signal) {
      const count = request.messages.reduce((sum, message) => sum + countImages(message), 0)
      if (count === 0) return provider.stream(request, signal)
      const messages = request.messages.map(({ role, content }) => ({ role, content: content || IMAGE_ALONE }))
      return afterNotice(noticeOf(count), () => provider.stream({ ...request, messages }, signal))
    },
  }
}

function noticeOf(count: number) {
  const what = count === 1 ? 'The image was' : `The ${count} images were`
  return { code: 'images-left-out', detail: `${what} left out: this model sees none.` }
}

export function countImages({ parts = [] }: PromptMessage): number {
  return parts.filter(({ type }) => type === 'image').length
}
