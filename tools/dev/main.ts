/** Runs the server from its sources and starts it again when one changes. Arguments go to the server. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { inRoot, toolEnvironment } from '../support/root.ts'

const [command = 'serve', ...options] = process.argv.slice(2)
const args = ['--watch', '--watch-preserve-output', inRoot('packages/server/src/main.ts'), command, ...options]
const server = spawn('node', args, { env: toolEnvironment(), stdio: 'inherit' })
// Ctrl-C reaches the server by itself: it drains, and this ends when it has.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => server.kill('SIGTERM'))
const [code] = await once(server, 'close')
process.exitCode = code ?? 0
