import { S3ServiceError } from 's3mini'
import { ArchiveMissingError, StorageError } from './archive-storage.ts'

/** What a sentence about a bucket is about. */
export interface Bucket {
  bucket: string
  endpoint: string
}

const ELSEWHERE = ['PermanentRedirect', 'TemporaryRedirect', 'AuthorizationHeaderMalformed', 'InvalidRegion']
const BAD_KEY = ['InvalidAccessKeyId', 'SignatureDoesNotMatch', 'InvalidToken', 'TokenRefreshRequired']
/** Which answers may be others in a moment: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const PASSING_STATES = [408, 425, 429, 500, 502, 503, 504]
const PASSING_CODES = ['InternalError', 'RequestTimeout', 'ServiceUnavailable', 'SlowDown']

export function isMissingObject(error: unknown): boolean {
  return error instanceof S3ServiceError && error.status === 404 && codeOf(error) !== 'NoSuchBucket'
}

export function isBehindEnd(error: unknown): boolean {
  return error instanceof S3ServiceError && error.status === 416
}

/** Whether the same question may be answered otherwise in a moment. */
export function mayPass(error: unknown): boolean {
  if (isOurs(error)) return false
  if (!(error instanceof S3ServiceError)) return true
  return PASSING_STATES.includes(error.status) || PASSING_CODES.includes(codeOf(error))
}

/** One sentence, and nothing of an answer: some quote the signature, and what was signed. */
export function toStorageError(error: unknown, where: Bucket): Error {
  if (isOurs(error)) return error
  return new StorageError(sentence(error, where), error instanceof S3ServiceError ? {} : { cause: error })
}

function isOurs(error: unknown): error is StorageError | ArchiveMissingError {
  return error instanceof StorageError || error instanceof ArchiveMissingError
}

function sentence(error: unknown, { bucket, endpoint }: Bucket): string {
  const { host } = new URL(endpoint)
  if (!(error instanceof S3ServiceError)) {
    return `The storage at ${host} cannot be reached (${reasonOf(error)}): look whether it runs, and whether the endpoint in VEKTOR_BACKUP_STORAGE is right.`
  }
  const code = codeOf(error)
  if (BAD_KEY.includes(code) || error.status === 401) {
    return `The storage at ${host} does not take the key (${code}): set VEKTOR_S3_ACCESS_KEY_ID and VEKTOR_S3_SECRET_ACCESS_KEY to one that it has given out.`
  }
  if (ELSEWHERE.includes(code) || (error.status >= 300 && error.status < 400)) {
    return `The storage at ${host} keeps the bucket ${bucket} elsewhere (${code}): set its region and endpoint in VEKTOR_BACKUP_STORAGE.`
  }
  if (code === 'NoSuchBucket') {
    return `The storage at ${host} has no bucket ${bucket}: make it, or name another one in VEKTOR_BACKUP_STORAGE.`
  }
  if (code === 'RequestTimeTooSkewed') {
    return `The storage at ${host} has another time than this machine: set the clock of this machine.`
  }
  if (error.status === 403) {
    return `The storage at ${host} forbids this (${code}): let the key put, get and delete objects of the bucket ${bucket}.`
  }
  return `The storage at ${host} answered ${error.status} (${code}).`
}

/** What the storage calls it, if that is a word: it may send anything. */
function codeOf(error: S3ServiceError): string {
  const code = error.serviceCode ?? ''
  return /^\w{1,60}$/.test(code) ? code : 'no reason given'
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no reason given'
  const { cause } = error
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
