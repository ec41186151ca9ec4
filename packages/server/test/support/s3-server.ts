import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { SignatureV4 } from '@smithy/signature-v4'
import { startFauxqs } from 'fauxqs'
import { Secret } from '../../src/secret.ts'

const KEY = { accessKeyId: 'vektor-tests', secretAccessKey: 'canary/of+the/storage' }
const BUCKET = 'archives'
const REGION = 'eu-west-1'

/** What becomes of a request in the place of an answer; whatever it does not end is answered. */
type Fault = (request: string, response: ServerResponse) => void

/** A storage that speaks S3, and takes nothing that Amazon's own code would sign otherwise. */
export interface S3Server extends AsyncDisposable {
  options: { endpoint: string; region: string; bucket: string; prefix: string; accessKeyId: string } & {
    secretAccessKey: Secret
  }
  /** All that it was asked, such as `GET /archives/vektor/…`. */
  requests: string[]
  fault: Fault | undefined
}

export async function startS3Server(): Promise<S3Server> {
  const storage = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1', init: { buckets: [BUCKET] } })
  const gate = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const name = `${request.method} ${request.url}`
    const body = await buffer(request)
    server.requests.push(name)
    server.fault?.(name, response)
    if (response.writableEnded || response.destroyed || response.headersSent) return
    if (!(await isSigned(request))) return refuse(response, 403, 'SignatureDoesNotMatch')
    const { authorization = '', 'content-type': type = 'application/octet-stream', range } = request.headers
    const headers = { authorization, 'content-type': type, ...(range && { range }) }
    const { method = 'GET' } = request
    const answered = await fetch(`http://127.0.0.1:${storage.port}${request.url}`, {
      method,
      headers,
      ...(method !== 'GET' && { body }),
    })
    const content = Buffer.from(await answered.arrayBuffer())
    response.writeHead(answered.status, Object.fromEntries(answered.headers)).end(content)
  }
  gate.listen(0, '127.0.0.1')
  await once(gate, 'listening')
  const server: S3Server = {
    options: {
      endpoint: `http://127.0.0.1:${(gate.address() as AddressInfo).port}`,
      region: REGION,
      bucket: BUCKET,
      prefix: 'vektor',
      accessKeyId: KEY.accessKeyId,
      secretAccessKey: new Secret(KEY.secretAccessKey),
    },
    requests: [],
    fault: undefined,
    async [Symbol.asyncDispose]() {
      gate.closeAllConnections()
      gate.close()
      await storage.stop()
    },
  }
  return server
}

/** As a storage says it. It quotes what must not be repeated. */
export function refuse(response: ServerResponse, status: number, code: string): void {
  const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>canary</Message></Error>`
  response
    .writeHead(status, { 'content-type': 'application/xml', ...(status < 400 && { location: '/elsewhere' }) })
    .end(body)
}

async function isSigned({ headers, method = '', url = '' }: IncomingMessage): Promise<boolean> {
  const { authorization = '', host = '', 'x-amz-date': date = '' } = headers
  const names = /SignedHeaders=([^,]*)/.exec(authorization)?.[1]?.split(';') ?? []
  const { pathname, searchParams } = new URL(url, `http://${host}`)
  const signer = new SignatureV4({
    service: 's3',
    region: REGION,
    credentials: KEY,
    sha256: NodeHash,
    uriEscapePath: false,
    applyChecksum: false,
  })
  const signed = await signer.sign(
    {
      method,
      protocol: 'http:',
      hostname: host,
      path: pathname,
      query: Object.fromEntries(searchParams),
      headers: Object.fromEntries(names.map((name) => [name, String(headers[name])])),
    },
    { signingDate: new Date(String(date).replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z')) },
  )
  return signed.headers.authorization === authorization
}

/** SHA-256, as the signer asks for it. */
class NodeHash {
  readonly #secret: string | ArrayBuffer | ArrayBufferView | undefined
  #hash: Hash | Hmac

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#secret = secret
    this.#hash = this.#begin()
  }

  update(data: string | Uint8Array): void {
    this.#hash.update(data)
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }

  reset(): void {
    this.#hash = this.#begin()
  }

  #begin(): Hash | Hmac {
    const secret = this.#secret
    if (secret === undefined) return createHash('sha256')
    if (typeof secret === 'string') return createHmac('sha256', secret)
    const [bytes, start] = ArrayBuffer.isView(secret) ? [secret.buffer, secret.byteOffset] : [secret, 0]
    return createHmac('sha256', new Uint8Array(bytes, start, secret.byteLength))
  }
}
