/** Two pages as somebody might write them who has read the description of the API: one that asks, one that watches. */

/** "Uso en JavaScript", as the description of the API prints it. */
export const DESCRIBED = `const es = new EventSource('/chat/stream', { withCredentials: true });
es.onmessage = evt => console.log(JSON.parse(evt.data));
es.onerror   = err => console.error('Error SSE', err);`

/** Follows what the address says; nothing of the described script is changed but that. */
export function followPage(address = '/chat/stream'): string {
  return page(
    'Watching',
    `<p id="state"></p><div id="log"></div>
<script>
${DESCRIBED.replace("'/chat/stream'", `'${address}'`)}
</script>
<script>
  const state = () => { document.querySelector('#state').textContent = ['connecting…', 'live', 'over'][es.readyState] }
  state()
  for (const type of ['open', 'error', 'message']) es.addEventListener(type, state)
  es.addEventListener('message', ({ data }) => show(JSON.parse(data)))
</script>`,
  )
}

/** Signs in with the cookie that an EventSource needs, and asks with the token. `base` is where the server is. */
export function askPage(base = ''): string {
  return page(
    'Asking',
    `<form id="sign-in">
  <input name="username" placeholder="Username" autocomplete="off"> <input name="password" type="password" placeholder="Password">
  <button>Sign in</button>
</form>
<p id="state">signed out</p><div id="log"></div>
<form id="ask"><input name="question" placeholder="Question" autocomplete="off"> <button>Ask</button></form>
<script>
  const base = ${JSON.stringify(base)}
  const told = (text) => { document.querySelector('#state').textContent = text }
  let headers
  document.querySelector('#sign-in').onsubmit = async (event) => {
    event.preventDefault()
    const body = new URLSearchParams(new FormData(event.target))
    const login = await fetch(base + '/auth/login', { method: 'POST', body, credentials: 'include' })
    const { access_token } = await login.json()
    headers = { Authorization: 'Bearer ' + access_token, 'Content-Type': 'application/json' }
    told('signed in as ' + body.get('username'))
  }
  document.querySelector('#ask').onsubmit = async (event) => {
    event.preventDefault()
    const content = new FormData(event.target).get('question')
    event.target.reset()
    const body = JSON.stringify({ model: 'eliza', messages: [{ role: 'user', content }], conversation_id: window.conversation_id })
    const answer = await fetch(base + '/chat/stream', { method: 'POST', headers, body })
    told('answering…')
    let text = ''
    for await (const piece of answer.body.pipeThrough(new TextDecoderStream())) {
      text += piece
      const events = text.split('\\n\\n')
      text = events.pop()
      for (const event of events) {
        const data = /^data: (.*)$/m.exec(event)?.[1]
        if (data) show(JSON.parse(data))
      }
    }
    told('answered')
  }
</script>`,
  )
}

/** `show` puts an event where it belongs. */
function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,"><title>${title}</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 36rem; margin: 2rem auto; padding: 0 1rem; color: #1d2733; background: #f6f7f9 }
  h1 { font-size: 1.2rem; margin: 0 } #state { color: #5c6b7a; margin: 0 0 1rem; font-size: .9rem }
  .question, .answer { padding: .6rem .9rem; margin: .5rem 0; border-radius: .8rem; white-space: pre-wrap; width: fit-content }
  .question { background: #2457a6; color: #fff; margin-left: auto } .answer { background: #fff; border: 1px solid #dfe4ea }
  input { font: inherit; padding: .4rem .6rem; border: 1px solid #b8c2cc; border-radius: .4rem } #ask input { width: 26rem }
  button { font: inherit; padding: .4rem .9rem; border: 0; border-radius: .4rem; background: #2457a6; color: #fff } form { margin: .8rem 0 }
</style>
<h1>${title}</h1>
<script>
  function show(event) {
    const log = document.querySelector('#log')
    const add = (name, id) => {
      const element = log.appendChild(document.createElement('div'))
      element.className = name
      element.id = id
      return element
    }
    const conversation = event.conversation_id
    if (conversation) window.conversation_id = conversation
    if (event.type === 'message') add('question', event.message.id).textContent = event.message.content
    if (event.type === 'delta') {
      const answer = document.getElementById(event.message_id) ?? add('answer', event.message_id)
      answer.textContent += event.content
    }
  }
</script>
${body}`
}
