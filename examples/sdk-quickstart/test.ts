/** Tells the story against a real server and checks how it went. */
import assert from 'node:assert/strict'
import { startServer } from './server.ts'
import { tellStory } from './story.ts'

await using server = await startServer()
const { interrupted, continued, stored } = await tellStory(server.url, (text) => process.stdout.write(text))

assert.equal(interrupted.finishReason, 'stop')
assert.equal(continued.finishReason, 'stop')
assert.equal(continued.conversationId, interrupted.conversationId)
const said = ['¿Cómo estás hoy?', interrupted.content, 'Tell me more about that.', continued.content]
assert.deepEqual(stored, said, 'what came before and after the cut is exactly what the server stored')
console.log('The story went as it should.')
