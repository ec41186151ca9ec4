import type { Secret } from '../secret.ts'
import { folder } from './values.ts'

export interface FolderLocation {
  kind: 'folder'
  path: string
}

export interface S3Location {
  kind: 's3'
  /** Without a slash at its end. */
  endpoint: string
  region: string
  bucket: string
  /** What all keys begin with, without slashes around it; empty for none. */
  prefix: string
}

export type StorageLocation = FolderLocation | S3Location

/** Where archives are kept, with all that it takes to get in. */
export type StorageConfig = FolderLocation | (S3Location & { accessKeyId: string; secretAccessKey: Secret })

export const STORAGE_RULE =
  "the path of a folder (a `~` is not replaced), or `s3://BUCKET/PREFIX` with `?region=`, and maybe `&endpoint=` and the address of a storage other than Amazon's; the key has settings of its own"

export function storageLocation(text: string): StorageLocation | undefined {
  if (/^(s3:|[a-z][a-z\d+.-]*:\/\/)/i.test(text)) return s3Location(text)
  const path = folder(text)
  return path === undefined ? undefined : { kind: 'folder', path }
}

/** Whatever is not understood is refused, and so is a key in the address: addresses are shown. */
function s3Location(text: string): S3Location | undefined {
  const url = text.startsWith('s3://') ? URL.parse(text) : null
  if (!url || url.username || url.password || url.port || url.hash) return undefined
  const { region = '', endpoint, ...unknown } = Object.fromEntries(url.searchParams)
  const [bucket, prefix] = [url.hostname, url.pathname.replace(/^\/|\/$/g, '')]
  const address = endpoint === undefined ? `https://s3.${region}.amazonaws.com` : httpAddress(endpoint)
  const isSound =
    Object.keys(unknown).length === 0 &&
    /^[a-z\d][a-z\d.-]{1,61}[a-z\d]$/.test(bucket) &&
    /^([\w.-]+(\/[\w.-]+)*)?$/.test(prefix) &&
    /^[a-z\d-]{1,40}$/.test(region)
  return isSound && address !== undefined ? { kind: 's3', endpoint: address, region, bucket, prefix } : undefined
}

function httpAddress(text: string): string | undefined {
  const url = /^https?:\/\//.test(text) ? URL.parse(text) : null
  if (!url || url.username || url.password || url.search || url.hash) return undefined
  return url.href.replace(/\/+$/, '')
}
