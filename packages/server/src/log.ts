import { type DestinationStream, type Level, type Logger, pino, stdTimeFunctions } from 'pino'

/** A log event is a name and fields: `log.info({ url }, 'listening')`. An `error` means that somebody must act. */
export type Log = Logger

export interface LogOptions {
  logLevel: Level
  logFormat: 'pretty' | 'json'
}

/** Logs go to stdout: one JSON object a line, or made for reading. Writing is synchronous, so that a crash loses nothing. */
export async function createLog(options: LogOptions, destination?: DestinationStream): Promise<Log> {
  return pino(
    {
      level: options.logLevel,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination ?? (options.logFormat === 'pretty' ? await prettyDestination() : pino.destination({ sync: true })),
  )
}

/** Loaded only where somebody reads along: it costs a tenth of the start. */
async function prettyDestination(): Promise<DestinationStream> {
  const { PinoPretty } = await import('pino-pretty')
  return PinoPretty({
    sync: true,
    singleLine: true,
    colorize: process.stdout.hasColors?.() ?? false,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'pid,hostname',
  })
}
