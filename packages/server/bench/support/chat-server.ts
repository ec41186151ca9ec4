import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunningServer, startProgram, startServer } from './server.ts'
import { signUp } from './sign-up.ts'

export interface ChatServer {
  server: RunningServer
  /** Where streams are begun and followed. */
  url: string
  token: string
  upstream: RunningServer
}

/** The real server with nobody's limits, an account on it, and an upstream that writes what prompts wish for. */
export async function startChatServer(
  opened: AsyncDisposableStack,
  settings: Record<string, string> = {},
): Promise<ChatServer> {
  const folder = await mkdtemp(join(tmpdir(), 'vektor-bench-'))
  opened.defer(() => rm(folder, { recursive: true, force: true }))
  const upstream = opened.use(await startProgram('upstream-server.ts', []))
  const server = opened.use(
    await startServer(folder, {
      OPENAI_BASE_URL: upstream.url,
      OPENAI_API_KEY: 'nobody-asks',
      VEKTOR_RATE_LIMIT: '100000000',
      VEKTOR_STREAM_LIMIT: '20000',
      ...settings,
    }),
  )
  return { server, url: `${server.url}/chat/stream`, token: await signUp(server.url), upstream }
}
