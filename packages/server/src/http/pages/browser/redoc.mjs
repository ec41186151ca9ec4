/** The page of Redoc. */

// What it writes into the page as style is let in by this, and by nothing that others could write there.
const { nonce } = document.querySelector('script[nonce]')

const fontFamily = 'system-ui, sans-serif'

globalThis.Redoc.init(
  '/openapi.json',
  {
    nonce,
    hideDownloadButtons: true,
    expandResponses: '200,201',
    theme: {
      colors: { primary: { main: '#2f5bd0' } },
      typography: { fontFamily, headings: { fontFamily }, code: { fontFamily: 'ui-monospace, monospace' } },
    },
  },
  document.getElementById('redoc'),
)
