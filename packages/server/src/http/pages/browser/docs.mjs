/** The page of Swagger UI: opens the operation that a link names, and signs in. */

const METHODS = ['get', 'put', 'post', 'delete', 'patch']

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
  onComplete: () => {
    openLinked(firstHash)
    addEventListener('hashchange', () => openLinked(location.hash))
  },
})

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
let refreshToken

form.addEventListener('submit', (event) => {
  event.preventDefault()
  signIn().catch(() => say('The server cannot be reached.'))
})
signOutButton.addEventListener('click', () => signOut().catch(() => say('The server cannot be reached.')))

/** The token lives as long as this page: one that is kept in the browser's storage could be taken from there. */
async function signIn() {
  const { username, password } = form.elements
  const body = new URLSearchParams({ username: username.value, password: password.value })
  const response = await fetch('/auth/login', { method: 'POST', body })
  const answer = await response.json()
  if (!response.ok) return say(answer.detail)
  refreshToken = answer.refresh_token
  swagger.preauthorizeApiKey('bearerAuth', answer.access_token)
  form.classList.add('signed-in')
  password.value = ''
  say(`Signed in as ${username.value} for an hour: “Try it out” works everywhere.`)
}

async function signOut() {
  const headers = { 'Content-Type': 'application/json' }
  await fetch('/auth/logout', { method: 'POST', headers, body: JSON.stringify({ refresh_token: refreshToken }) })
  swagger.authActions.logout(['bearerAuth'])
  form.classList.remove('signed-in')
  say('Signed out.')
}

function say(sentence) {
  state.textContent = sentence
}
