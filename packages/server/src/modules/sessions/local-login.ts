import type { IncomingMessage, ServerResponse } from 'node:http'
import passport, { type AuthenticateCallback } from 'passport'
import { Strategy } from 'passport-local'
import type { Account } from '../accounts/index.ts'

declare global {
  // biome-ignore lint/style/noNamespace: it is how @types/passport lets an application say what a user is.
  namespace Express {
    /** What passport calls a user. */
    interface User extends Account {}
  }
}

/** Where somebody signs in from. */
export interface Origin {
  address: string
  /** The device, if it says which one it is. */
  deviceId: string | undefined
}
export interface Credentials {
  /** An e-mail address or a username. */
  login: string
  password: string
}
type FindAccount = (credentials: Credentials, origin: Origin) => Promise<Account | undefined>
type CheckLogin = (
  form: { username: string; password: string },
  exchange: { origin: Origin; request: IncomingMessage; response: ServerResponse },
) => Promise<Account | undefined>

/** Passport's local strategy as one function. It only checks credentials: sessions are ours, not passport's. */
export function localLogin(findAccount: FindAccount): CheckLogin {
  const strategy = new Strategy({ passReqToCallback: true }, ({ body }, login, password, done) => {
    findAccount({ login, password }, body.origin).then((account) => done(null, account ?? false), done)
  })
  // By name: passport then works on a copy for each request. A strategy handed to it directly would mix them up.
  const authenticator = new passport.Passport().use('local', strategy)
  return (form, { origin, request, response }) =>
    new Promise((resolve, reject) => {
      const settle: AuthenticateCallback = (error, account) => (error ? reject(error) : resolve(account || undefined))
      const authenticate = authenticator.authenticate('local', { session: false }, settle)
      authenticate(Object.assign(request, { body: { ...form, origin } }), response, reject)
    })
}
