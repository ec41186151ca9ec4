import type { ProblemKind } from '../problem.ts'
import type { Assets } from './assets.ts'
import { type Html, html, prose } from './html.ts'

/** Where everything that a page loads comes from. */
export type AssetUrls = Pick<Assets, 'url'>

export function homePage(assets: AssetUrls, version: string): Html {
  const main = html`<main class="page">
<p class="status">Version ${version}</p>
<h1>This is a Vektor server.</h1>
<p>It keeps conversations with language models, and the answers to them go on being written whoever is connected.
Talk to it with the <code>vektor</code> command, with the SDK, or with any client of its API:</p>
<dl>
<dt>Try it out, in the browser</dt><dd><a href="/docs">/docs</a> (Swagger UI)</dd>
<dt>Read about it</dt><dd><a href="/redoc">/redoc</a> (Redoc)</dd>
<dt>What its errors mean, and what to do about them</dt><dd><a href="/problems">/problems</a></dd>
<dt>The description for programs, OpenAPI 3.1</dt><dd><a href="/openapi.json">/openapi.json</a> · <a href="/openapi.yaml">/openapi.yaml</a></dd>
</dl>
</main>`
  return page(assets, { title: 'Vektor', main })
}

export function problemListPage(assets: AssetUrls, kinds: Readonly<Record<string, ProblemKind>>): Html {
  const sorted = Object.entries(kinds).toSorted(([, one], [, other]) => one.status - other.status)
  const rows = sorted.map(
    ([code, { status, title, meaning }]) => html`<tr>
<td>${status}</td>
<td><a href="/problems/${code}">${title}</a><br><code>${code}</code></td>
<td>${prose(meaning)}</td>
</tr>
`,
  )
  const main = html`<main class="page wide">
<h1>Problems</h1>
<p>Every error of this server is a JSON object whose <code>type</code> leads to one of these pages.</p>
<table>
<thead><tr><th scope="col">Status</th><th scope="col">Problem</th><th scope="col">What it means</th></tr></thead>
<tbody>
${rows}</tbody>
</table>
</main>`
  return page(assets, { title: 'Problems', main })
}

export function problemPage(assets: AssetUrls, code: string, { status, title, meaning, remedy }: ProblemKind): Html {
  const main = html`<main class="page">
<p class="status">Status ${status} · <code>${code}</code></p>
<h1>${title}</h1>
<dl>
<dt>What it means</dt><dd>${prose(meaning)}</dd>
<dt>What to do</dt><dd>${prose(remedy)}</dd>
</dl>
<p>The <code>detail</code> of the response says it for the request at hand, and its <code>request_id</code> names that
request in the log of the server. <a href="/problems">All problems</a></p>
</main>`
  return page(assets, { title, main })
}

export function swaggerPage(assets: AssetUrls): Html {
  const form = html`<form class="sign-in" id="sign-in" method="post">
<output id="sign-in-state"></output>
<input name="username" placeholder="Username or e-mail" aria-label="Username or e-mail" autocomplete="username" required>
<input name="password" type="password" placeholder="Password" aria-label="Password" autocomplete="current-password" required>
<button type="submit">Sign in</button>
<button type="button" id="sign-out">Sign out</button>
</form>`
  const head = html`<link rel="stylesheet" href="${assets.url('swagger-ui.css')}">
<script src="${assets.url('swagger-ui.js')}" defer></script>
<script src="${assets.url('docs.mjs')}" type="module"></script>`
  const main = html`<div class="tool" id="swagger-ui"></div>`
  return page(assets, { title: 'Vektor API', head, bar: form, main })
}

export function redocPage(assets: AssetUrls, nonce: string): Html {
  const head = html`<script src="${assets.url('redoc.js')}" nonce="${nonce}" defer></script>
<script src="${assets.url('redoc.mjs')}" type="module"></script>`
  return page(assets, { title: 'Vektor API', head, main: html`<div class="tool" id="redoc"></div>` })
}

interface Parts {
  title: string
  head?: Html
  /** Goes to the end of the bar. */
  bar?: Html
  main: Html
}

function page(assets: AssetUrls, { title, head = html``, bar = html``, main }: Parts): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="${assets.url('icon.svg')}">
<link rel="stylesheet" href="${assets.url('pages.css')}">
${head}
</head>
<body>
<header class="bar"><a class="name" href="/"><img src="${assets.url('icon.svg')}" alt="">Vektor</a>
<a href="/docs">Try it out</a><a href="/redoc">Read</a>${bar}</header>
${main}
</body>
</html>
`
}
