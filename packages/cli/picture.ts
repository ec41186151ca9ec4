/** Draws docs/images/chat.svg: the real view, on a real server, as a terminal shows it. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { spawn } from '@lydell/node-pty'
import xterm, { type IBufferCell, type Terminal } from '@xterm/headless'
import { builtCli } from './test/support/built-cli.ts'
import { Home } from './test/support/home.ts'
import { RealServer } from './test/support/real-server.ts'

const QUESTION = 'markdown demo'
const LAST_WORDS = "console.log(greet('Vektor'))"
/** So many rows that all of it is seen, from the first line on. */
const ROWS = 38
const COLUMNS = 84
const CELL = { width: 8.4, height: 18 }
const MARGIN = { x: 20, top: 44, bottom: 18 }
const PICTURE = fileURLToPath(new URL('../../docs/images/chat.svg', import.meta.url))

const FOREGROUND = '#d8dee9'
/** The sixteen colours that programs name; a terminal's user chooses what they are. */
const PALETTE = ['#4c566a', '#e06c75', '#98c379', '#e5c07b', '#81a1c1', '#c678dd', '#88c0d0', '#d8dee9']

async function photograph(): Promise<Terminal> {
  await using server = await RealServer.start()
  await using home = await Home.create()
  const cli = await builtCli()
  const env = home.environment({ VEKTOR_URL: server.url, TERM: 'xterm-256color' })
  const account = ['register', '--username', 'ana', '--email', 'ana@example.com', '--quiet']
  execFileSync(process.execPath, [cli, ...account], { env, input: 'corriente abajo 71\n' })
  const screen = new xterm.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true })
  const pty = spawn(process.execPath, [cli, 'chat', '-m', 'eliza'], { cols: COLUMNS, rows: ROWS, env, cwd: '/' })
  pty.onData((data) => screen.write(data))
  screen.onData((reply) => pty.write(reply))
  const shows = async (text: string) => {
    while (!textOf(screen).includes(text)) await new Promise((resolve) => setTimeout(resolve, 50))
  }
  await shows('Enter sends')
  pty.write(QUESTION)
  await shows(`› ${QUESTION}`)
  pty.write('\r')
  await shows('answering')
  await shows(LAST_WORDS)
  await shows('Enter sends')
  pty.kill('SIGKILL')
  return screen
}

function textOf(screen: Terminal): string {
  const { active } = screen.buffer
  return Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true)).join('\n')
}

function draw(screen: Terminal): string {
  const width = MARGIN.x * 2 + COLUMNS * CELL.width
  const height = MARGIN.top + ROWS * CELL.height + MARGIN.bottom
  const rows = Array.from({ length: ROWS }, (_, row) => drawRow(screen, row)).join('')
  const lights = ['#ff5f56', '#ffbd2e', '#27c93f'].map(
    (colour, index) => `<circle cx="${20 + index * 20}" cy="20" r="6" fill="${colour}"/>`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="vektor chat in a terminal">
<rect width="100%" height="100%" rx="10" fill="#20242c"/>${lights.join('')}
<g font-family="ui-monospace, 'SF Mono', 'JetBrains Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14" xml:space="preserve">
${rows}</g>
</svg>
`
}

/** Cells side by side that look alike. */
interface Run {
  x: number
  cells: number
  text: string
  style: string
}

/** One text element a run of cells; its length is fixed, so that every font keeps the columns. SVG folds spaces. */
function drawRow(screen: Terminal, row: number): string {
  const { active } = screen.buffer
  const line = active.getLine(active.viewportY + row)
  const runs: Run[] = []
  for (let x = 0; line && x < COLUMNS; x += 1) {
    const cell = line.getCell(x)
    const text = cell?.getChars().trim()
    if (!cell || !text) continue
    const style = styleOf(cell)
    const last = runs.at(-1)
    const gap = last && x - last.x - last.cells
    if (last?.style === style && (gap === 0 || gap === 1)) {
      last.text += ' '.repeat(gap) + text
      last.cells += gap + cell.getWidth()
    } else {
      runs.push({ x, cells: cell.getWidth(), text, style })
    }
  }
  const y = MARGIN.top + row * CELL.height + 13
  return runs
    .map(({ x, cells, text, style }) => {
      const place = `x="${(MARGIN.x + x * CELL.width).toFixed(1)}" y="${y}" textLength="${(cells * CELL.width).toFixed(1)}"`
      return `<text ${place} ${style}>${escapeXml(text)}</text>\n`
    })
    .join('')
}

function styleOf(cell: IBufferCell): string {
  const colour = cell.isFgPalette() ? (PALETTE[cell.getFgColor() % 8] ?? FOREGROUND) : FOREGROUND
  return [
    `fill="${colour}"`,
    cell.isDim() ? 'opacity="0.6"' : '',
    cell.isBold() ? 'font-weight="700"' : '',
    cell.isItalic() ? 'font-style="italic"' : '',
    cell.isUnderline() ? 'text-decoration="underline"' : '',
  ]
    .filter(Boolean)
    .join(' ')
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

mkdirSync(fileURLToPath(new URL('.', `file://${PICTURE}`)), { recursive: true })
writeFileSync(PICTURE, draw(await photograph()))
