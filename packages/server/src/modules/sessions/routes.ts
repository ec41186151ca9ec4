import type { IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'
import type { components } from '../../generated/openapi.ts'
import type { Caller, Handlers } from '../../http/handler.ts'
import type { RegisteredDevice } from './device.ts'
import type { DeviceService } from './device-service.ts'
import { localLogin } from './local-login.ts'
import type { SessionService, SignedIn, TokenSet } from './service.ts'
import { invalidCredentials } from './session.ts'

type Schemas = components['schemas']

/** RFC 6749, section 5.1: nobody on the way may keep tokens. */
const NO_STORE = { 'Cache-Control': 'no-store' }

export function sessionRoutes(sessions: SessionService): Handlers<'logIn' | 'refreshSession' | 'logOut'> {
  const checkLogin = localLogin((credentials, origin) => sessions.findAccount(credentials, origin))
  return {
    async logIn({ address, body, headers, request, response }) {
      const origin = { address, deviceId: headers['X-Device-Id'] }
      const account = await checkLogin(body, { origin, request, response })
      if (!account) throw invalidCredentials()
      const device = {
        id: headers['X-Device-Id'],
        name: headers['X-Device-Name'],
        userAgent: request.headers['user-agent'],
      }
      const signedIn = await sessions.logIn(account, device, address)
      const cookie = toStreamCookie(signedIn, isSecure(request))
      return { status: 200, headers: { ...NO_STORE, 'Set-Cookie': cookie }, body: toWire(signedIn.tokens) }
    },

    async refreshSession({ body }) {
      return { status: 200, headers: NO_STORE, body: toWire(await sessions.refresh(body.refresh_token)) }
    },

    async logOut({ body }) {
      await sessions.logOut(body.refresh_token)
      return { status: 200, body: { detail: 'Logout successful' } }
    },
  }
}

type DeviceHandlers = Handlers<'listSessions' | 'endSession' | 'listDevices' | 'updateDevice' | 'deleteDevice'>

export function deviceRoutes(devices: DeviceService): DeviceHandlers {
  return {
    async listSessions({ caller }) {
      const signedIn = await devices.listSignedIn(caller.accountId, caller.deviceId)
      const body = signedIn.map(({ id, name, lastUsedAt, signedInAt }) => ({
        device_id: id,
        name,
        last_sync: toTimestamp(lastUsedAt),
        created_at: toTimestamp(signedInAt),
      }))
      return { status: 200, body }
    },

    async endSession({ caller, params }) {
      await devices.signOut(caller.accountId, params.device_id)
      return { status: 204 }
    },

    async listDevices({ caller }) {
      const all = await devices.list(caller.accountId)
      return { status: 200, body: all.map((device) => deviceToWire(device, caller)) }
    },

    async updateDevice({ caller, params, body }) {
      const device = await devices.rename(caller.accountId, params.device_id, body.name)
      return { status: 200, body: deviceToWire(device, caller) }
    },

    async deleteDevice({ caller, params }) {
      await devices.forget(caller.accountId, params.device_id)
      return { status: 204 }
    },
  }
}

function deviceToWire({ id, name, lastSeenAt }: RegisteredDevice, caller: Caller): Schemas['Device'] {
  return { id, name, last_seen: toTimestamp(lastSeenAt), current: id === caller.deviceId }
}

function toTimestamp(at: number): string {
  return new Date(at).toISOString()
}

function toWire(tokens: TokenSet): Schemas['TokenSet'] {
  return {
    access_token: tokens.accessToken,
    token_type: 'bearer',
    expires_in: tokens.expiresIn,
    refresh_token: tokens.refreshToken,
    refresh_expires_in: tokens.refreshExpiresIn,
  }
}

function toStreamCookie({ streamToken, streamExpiresIn }: SignedIn, isSecure: boolean): string {
  const attributes = `Path=/chat/stream; Max-Age=${streamExpiresIn}; HttpOnly; SameSite=Strict`
  return `vektor_stream=${streamToken}; ${attributes}${isSecure ? '; Secure' : ''}`
}

/** Express knows which proxies may say that the request came over TLS to them. */
function isSecure(request: IncomingMessage): boolean {
  return request.socket instanceof TLSSocket || ('secure' in request && request.secure === true)
}
