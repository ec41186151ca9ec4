import { createVektor, type Vektor } from '@vektor/sdk'
import { CliError } from '../failure/cli-error.ts'
import { credentialFile } from './credential-file.ts'
import { thisDevice } from './device.ts'
import { type Folders, folders } from './folders.ts'
import { type Profile, ProfileFile } from './profiles.ts'

const DEFAULT_URL = 'http://127.0.0.1:8000'
const DEFAULT_PROFILE = 'default'

export interface ConnectionChoice {
  url?: string | undefined
  profile?: string | undefined
}

/** A server, and who we are there. */
export interface Connection {
  client: Vektor
  url: string
  profileName: string
  profile: Profile
  /** Keeps what the next command should know. */
  remember(changes: Profile): Promise<void>
  /** Forgets the tokens that are kept here. */
  forget(): Promise<void>
  /** @throws CliError if nobody is signed in there. */
  requireSignIn(): Promise<void>
}

/** Opens what the flags name, else the environment, else the profile, else the server on this machine. */
export async function connect(
  choice: ConnectionChoice,
  version: string,
  where: Folders = folders(),
): Promise<Connection> {
  const profileName = choice.profile ?? DEFAULT_PROFILE
  const file = new ProfileFile(where)
  const profile = await file.get(profileName)
  const url = checkUrl(choice.url ?? profile.url ?? DEFAULT_URL)
  const store = credentialFile(where, profileName, url)
  const client = createVektor({
    baseUrl: url,
    store,
    device: await thisDevice(where),
    headers: { 'user-agent': `vektor/${version} (${process.platform})` },
  })
  return {
    client,
    url,
    profileName,
    profile,
    remember: (changes) => file.update(profileName, changes),
    forget: () => store.clear(),
    async requireSignIn() {
      if (await client.auth.isSignedIn()) return
      const profileFlag = profileName === DEFAULT_PROFILE ? '' : ` --profile ${profileName}`
      const urlFlag = choice.url === undefined ? '' : ` --url ${url}`
      throw new CliError('not-signed-in', `Sign in to ${url} first: vektor login${profileFlag}${urlFlag}`)
    },
  }
}

/** The same server always has the same address, for credentials are kept by it. */
function checkUrl(text: string): string {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol)) {
    const isMissingScheme = /^[\w.-]*[\w](\.|:\d)[\w./-]*$/.test(text) && URL.canParse(`http://${text}`)
    const advice = isMissingScheme ? `Did you mean http://${text}?` : `Give one such as ${DEFAULT_URL}.`
    throw new CliError('usage', `"${text}" is not the address of a server. ${advice}`)
  }
  if (url.username || url.password) {
    throw new CliError('usage', 'A server address must not hold a name or password: vektor login asks for them.')
  }
  return (url.origin + url.pathname).replace(/\/+$/, '')
}
