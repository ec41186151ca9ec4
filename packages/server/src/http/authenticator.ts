import type { Caller } from './handler.ts'

/** Who is behind a token. The sessions module is one; http only asks. */
export interface Authenticator {
  /** The caller behind the token of an `Authorization: Bearer` header. Throws `unauthorized`. */
  authenticateBearer(token: string): Promise<Caller>
  /** The caller behind the cookie that is good for `followChat` alone. Throws `unauthorized`. */
  authenticateStreamCookie(cookie: string): Promise<Caller>
  /**
   * Says when a session ends, whatever ends it, so that its open streams can be closed. Of one that had already ended when
   * the watch began, it says so within a second.
   */
  watch(sessionId: string): SessionWatch
}

export interface SessionWatch extends Disposable {
  /** Aborted when the session has ended. */
  readonly ended: AbortSignal
}
