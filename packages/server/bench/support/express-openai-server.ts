/** What people write: Express, and the client of OpenAI. It authenticates, validates and stores nothing. */
import { createServer } from 'node:http'
import express from 'express'
import OpenAI from 'openai'
import { listen } from './programs.ts'

const client = new OpenAI({ baseURL: process.argv[2], apiKey: 'nobody asks' })
const app = express()
app.use(express.json())

app.post('/chat/stream', async (request, response) => {
  const { messages } = request.body
  const stream = await client.chat.completions.create({ model: 'gpt-4.1', messages, stream: true })
  response.setHeader('Content-Type', 'text/event-stream')
  response.setHeader('Cache-Control', 'no-cache')
  response.flushHeaders()
  for await (const chunk of stream) {
    const content = chunk.choices[0]?.delta.content
    if (content) response.write(`data: ${JSON.stringify({ type: 'delta', content })}\n\n`)
  }
  response.end('data: {"type":"done"}\n\n')
})
listen(createServer(app))
