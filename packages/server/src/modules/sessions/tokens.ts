import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import jsonwebtoken from 'jsonwebtoken'
import { newId } from '../../id.ts'
import type { Secret } from '../../secret.ts'
import { ACCESS_TOKEN_LIFETIME, type Session } from './session.ts'

/** What each kind of token is good for. Each has a key of its own, so that none can pass for another. */
const KINDS = {
  access: { type: 'at+jwt', audience: 'vektor/api' },
  refresh: { type: 'rt+jwt', audience: 'vektor/auth' },
  stream: { type: 'st+jwt', audience: 'vektor/chat/stream' },
} as const

type Kind = keyof typeof KINDS

const ISSUER = 'vektor'

/** In seconds: how far the clock may have been set back since a token was issued. */
const LEEWAY = 10

export interface TokenClaims {
  accountId: string
  sessionId: string
}

export interface RefreshClaims extends TokenClaims {
  generation: number
}

/** The tokens that signed-in devices hold: JWTs (RFC 7519, RFC 9068) that nobody but this server issues and reads. */
export class Tokens {
  readonly #keys: Record<Kind, KeyObject>

  constructor(secret: Secret) {
    const derive = (kind: Kind) =>
      createSecretKey(new Uint8Array(hkdfSync('sha256', secret.reveal(), '', `vektor ${kind} token`, 32)))
    this.#keys = { access: derive('access'), refresh: derive('refresh'), stream: derive('stream') }
  }

  issueAccess(session: Session, now: number): { token: string; expiresIn: number } {
    const iat = toSeconds(now)
    const exp = toSeconds(Math.min(now + ACCESS_TOKEN_LIFETIME, session.expiresAt))
    return { token: this.#sign('access', session, { jti: newId(), iat, nbf: iat, exp }), expiresIn: exp - iat }
  }

  /** The head of the session's chain. It is the same each time that it is derived, so nobody has to store it. */
  deriveRefresh(session: Session): string {
    const iat = toSeconds(session.refreshedAt)
    return this.#sign('refresh', session, { gen: session.refreshGeneration, iat, exp: toSeconds(session.expiresAt) })
  }

  issueStream(session: Session): string {
    return this.#sign('stream', session, { iat: toSeconds(session.createdAt), exp: toSeconds(session.expiresAt) })
  }

  readAccess(token: string, now: number): TokenClaims | undefined {
    return this.#read('access', token, now)
  }

  readStream(token: string, now: number): TokenClaims | undefined {
    return this.#read('stream', token, now)
  }

  /** `now` may be left out by those who take an expired token too. */
  readRefresh(token: string, now?: number): RefreshClaims | undefined {
    const claims = this.#read('refresh', token, now)
    const generation = claims?.generation
    return claims && isWhole(generation) ? { ...claims, generation } : undefined
  }

  #sign(kind: Kind, session: Session, claims: Record<string, string | number>): string {
    const { type, audience } = KINDS[kind]
    const payload = { iss: ISSUER, aud: audience, sub: session.accountId, sid: session.id, ...claims }
    return jsonwebtoken.sign(payload, this.#keys[kind], { algorithm: 'HS256', header: { alg: 'HS256', typ: type } })
  }

  #read(kind: Kind, token: string, now: number | undefined): (TokenClaims & { generation: unknown }) | undefined {
    const { type, audience } = KINDS[kind]
    // Only we issue tokens, always with this very header: another algorithm, type, or `crit` ends here.
    if (!token.startsWith(`${encode({ alg: 'HS256', typ: type })}.`)) return undefined
    const payload = verify(token, this.#keys[kind])
    // A payload that we would not write like this, such as one with a key twice, is not ours either.
    if (!payload || encode(payload) !== token.split('.')[1]) return undefined
    const { iss, aud, sub, sid, iat, nbf = iat, exp, gen } = payload
    if (iss !== ISSUER || aud !== audience || typeof sub !== 'string' || typeof sid !== 'string') return undefined
    if (!isWhole(iat) || !isWhole(nbf) || !isWhole(exp)) return undefined
    if (now !== undefined && (now >= exp * 1000 || toSeconds(now) + LEEWAY < Math.max(iat, nbf))) return undefined
    return { accountId: sub, sessionId: sid, generation: gen }
  }
}

/** The payload, if the signature is good. What it says is checked by the caller: the library knows half of the rules. */
function verify(token: string, key: KeyObject): Record<string, unknown> | undefined {
  try {
    const payload = jsonwebtoken.verify(token, key, {
      algorithms: ['HS256'],
      ignoreExpiration: true,
      ignoreNotBefore: true,
    })
    return typeof payload === 'string' ? undefined : payload
  } catch {
    return undefined
  }
}

function encode(json: object): string {
  return Buffer.from(JSON.stringify(json)).toString('base64url')
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value)
}

function toSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000)
}
