/** The page of Redoc. */

const fontFamily = 'system-ui, sans-serif'

globalThis.Redoc.init(
  '/openapi.json',
  {
    hideDownloadButtons: true,
    expandResponses: '200,201',
    theme: {
      colors: { primary: { main: '#2f5bd0' } },
      typography: { fontFamily, headings: { fontFamily }, code: { fontFamily: 'ui-monospace, monospace' } },
    },
  },
  document.getElementById('redoc'),
)
