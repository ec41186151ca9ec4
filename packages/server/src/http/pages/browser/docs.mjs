/** The page of Swagger UI: opens the operation that a link names, and signs in. */

const METHODS = ['get', 'put', 'post', 'delete', 'patch']

/** Swagger UI shows a response once it is whole, and a stream of events may never be: of those it gets this much. */
const FOLLOW_MS = 10_000

/**
 * Who is signed in. It lives as long as this page: a token that is kept in the browser's storage could be taken from there.
 * @type {{ accessToken: string, refreshToken: string, endsAt: number } | undefined}
 */
let session

// Swagger UI, which would not know what to make of it, need not see it.
const firstHash = location.hash
history.replaceState(null, '', location.pathname)

const swagger = globalThis.SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  layout: 'BaseLayout',
  presets: [globalThis.SwaggerUIBundle.presets.apis],
  deepLinking: true,
  validatorUrl: null,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  requestInterceptor: async (request) => {
    await renewToken(request)
    // An answer ends by itself; whoever follows a chat with GET may wait for ever.
    return request.method === 'GET' ? { ...request, userFetch: fetchForAWhile } : request
  },
  onComplete: () => {
    openLinked(firstHash)
    addEventListener('hashchange', () => openLinked(location.hash))
  },
})

/** `fetch`, but a stream of events ends after a while, and what has come by then is the response. */
async function fetchForAWhile(url, request) {
  const leaving = new AbortController()
  const response = await fetch(url, { ...request, signal: leaving.signal })
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) return response
  const timer = setTimeout(() => leaving.abort(), FOLLOW_MS)
  const text = await readUntilAborted(response.body, leaving.signal)
  clearTimeout(timer)
  const { status, statusText, headers } = response
  return new Response(text, { status, statusText, headers })
}

async function readUntilAborted(body, signal) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  const pieces = []
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) pieces.push(piece.value)
  } catch (error) {
    if (!signal.aborted) throw error
    pieces.push(`: this page stopped reading after ${FOLLOW_MS / 1000} seconds, and the stream goes on\n`)
  }
  return pieces.join('')
}

/** Links are written down in the contract, and Swagger UI knows only its own: `#/tag/operationId`. */
function findLinked(hash) {
  const link = `/docs${decode(hash)}`
  const { paths } = swagger.specSelectors.specJson().toJS()
  const operations = Object.values(paths).flatMap((path) => METHODS.flatMap((method) => path[method] ?? []))
  return operations.filter(({ operationId, tags, 'x-doc-links': links = [] }) => {
    return links.includes(link) || `/docs#/${tags[0]}/${operationId}` === link
  })
}

/** What is no link of ours may be anything. */
function decode(hash) {
  try {
    return decodeURIComponent(hash)
  } catch {
    return hash
  }
}

function openLinked(hash) {
  const linked = findLinked(hash)
  for (const { operationId, tags } of linked) {
    swagger.layoutActions.show(['operations-tag', tags[0]], true)
    swagger.layoutActions.show(['operations', tags[0], operationId], true)
  }
  const [first] = linked
  if (first) scrollOnceThere(`operations-${first.tags[0]}-${first.operationId}`)
}

function scrollOnceThere(id) {
  requestAnimationFrame(() => {
    const operation = document.getElementById(id)
    if (operation) operation.scrollIntoView({ block: 'start' })
    else scrollOnceThere(id)
  })
}

const form = document.getElementById('sign-in')
const state = document.getElementById('sign-in-state')
const signOutButton = document.getElementById('sign-out')

form.addEventListener('submit', (event) => {
  event.preventDefault()
  signIn().catch(() => say('The server cannot be reached.'))
})
signOutButton.addEventListener('click', () => signOut().catch(() => say('The server cannot be reached.')))

async function signIn() {
  const { username, password } = form.elements
  const body = new URLSearchParams({ username: username.value, password: password.value })
  const response = await fetch('/auth/login', { method: 'POST', body })
  const answer = await response.json()
  if (!response.ok) return say(answer.detail)
  use(answer)
  password.value = ''
  say(`Signed in as ${username.value}: “Try it out” asks as you.`)
}

async function signOut() {
  const response = await postRefreshToken('/auth/logout')
  if (!response.ok) return say(`Still signed in. ${(await response.json()).detail}`)
  forget('Signed out.')
}

/** An access token is good for an hour, and the page may stay open for longer. */
async function renewToken({ headers }) {
  if (!session || headers.Authorization !== `Bearer ${session.accessToken}` || Date.now() < session.endsAt) return
  const response = await postRefreshToken('/auth/refresh')
  const answer = await response.json()
  if (response.status === 401) return forget('You have been signed out. Sign in again.')
  if (!response.ok) return say(answer.detail)
  use(answer)
  headers.Authorization = `Bearer ${answer.access_token}`
}

function postRefreshToken(path) {
  const headers = { 'Content-Type': 'application/json' }
  return fetch(path, { method: 'POST', headers, body: JSON.stringify({ refresh_token: session.refreshToken }) })
}

function use({ access_token: accessToken, refresh_token: refreshToken, expires_in: seconds }) {
  session = { accessToken, refreshToken, endsAt: Date.now() + seconds * 1000 }
  swagger.preauthorizeApiKey('bearerAuth', accessToken)
  form.classList.add('signed-in')
}

function forget(sentence) {
  session = undefined
  swagger.authActions.logout(['bearerAuth'])
  form.classList.remove('signed-in')
  say(sentence)
}

function say(sentence) {
  state.textContent = sentence
}
