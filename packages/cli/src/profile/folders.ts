import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where this user's files are. */
export interface Folders {
  /** What the user may edit: profiles. */
  config: string
  /** What only this program writes: credentials, the device's id. */
  state: string
}

type Environment = Record<string, string | undefined>

/** https://specifications.freedesktop.org/basedir-spec/latest/ ; on Windows the folders that it has for this. */
export function folders(environment: Environment = process.env, platform: string = process.platform): Folders {
  const home = environment.HOME ?? environment.USERPROFILE ?? homedir()
  const isWindows = platform === 'win32'
  const config = isWindows ? (environment.APPDATA ?? join(home, 'AppData', 'Roaming')) : join(home, '.config')
  const state = isWindows ? (environment.LOCALAPPDATA ?? join(home, 'AppData', 'Local')) : join(home, '.local', 'state')
  return {
    config: join(absolute(environment.XDG_CONFIG_HOME) ?? config, 'vektor'),
    state: join(absolute(environment.XDG_STATE_HOME) ?? state, 'vektor'),
  }
}

/** The specification has relative paths ignored. */
function absolute(path: string | undefined): string | undefined {
  return path !== undefined && /^([a-z]:)?[\\/]/i.test(path) ? path : undefined
}
