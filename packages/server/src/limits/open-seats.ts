import type { Database } from '../database/database.ts'
import type { Log } from '../log.ts'
import { SeatRepository } from './seat-repository.ts'
import { LocalSeats, type Seats } from './seats.ts'
import { SharedSeats } from './shared-seats.ts'

/** Seats on all servers, and the housekeeping for them. */
export interface OpenedSeats extends AsyncDisposable {
  seats: Seats
  sweep(): Promise<void>
}

/** SQLite has one server, whose memory will do; with PostgreSQL there may be others. */
export async function openSeats(database: Database, limit: number, log: Log): Promise<OpenedSeats> {
  if (database.dialect.isExclusive) {
    return { seats: new LocalSeats(limit), async sweep() {}, async [Symbol.asyncDispose]() {} }
  }
  const repository = new SeatRepository(database)
  const seats = new SharedSeats({ repository, limit, log })
  await seats.renew()
  return { seats, sweep: () => repository.sweep(), [Symbol.asyncDispose]: () => seats[Symbol.asyncDispose]() }
}
