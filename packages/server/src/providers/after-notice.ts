import type { Provider, ProviderEvent } from './provider.ts'

/** What a model says, after what its reader is to know. */
export async function* afterNotice(
  notice: { code: string; detail: string },
  stream: () => ReturnType<Provider['stream']>,
): AsyncGenerator<ProviderEvent> {
  yield { type: 'notice', ...notice }
  yield* stream()
}
