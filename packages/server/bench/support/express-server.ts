/** What people write: Express, a signed token, and Knex on the same file. It validates, revokes and limits nothing. */
import express, { type NextFunction, type Request, type Response } from 'express'
import jsonwebtoken from 'jsonwebtoken'
import knex from 'knex'

const { FILE: filename = '', SECRET: secret = '' } = Object.fromEntries(
  process.argv.slice(2).map((argument) => argument.split(/=(.*)/s)),
)
const database = knex({ client: 'sqlite3', connection: { filename }, useNullAsDefault: true })
const app = express()

function authenticate(request: Request, response: Response, next: NextFunction): void {
  const token = request.headers.authorization?.slice('Bearer '.length) ?? ''
  response.locals.accountId = jsonwebtoken.verify(token, secret, { algorithms: ['HS256'] }).sub
  next()
}

app.get('/users/me', authenticate, async (_request, response) => {
  response.json(await database('accounts').where({ id: response.locals.accountId }).first())
})
app.get('/chat/history', authenticate, async (_request, response) => {
  const mine = database('conversations').where({ owner_id: response.locals.accountId })
  response.json(await mine.orderBy('updated_at', 'desc').limit(20))
})
const server = app.listen(0, '127.0.0.1', () => {
  const { port } = Object(server.address())
  console.log(JSON.stringify({ msg: 'listening', url: `http://127.0.0.1:${port}` }))
})
