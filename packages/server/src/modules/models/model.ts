import type { Provider } from '../../providers/provider.ts'

/** A model under the name that users ask for it by. */
export interface Model {
  name: string
  provider: Provider
  /** Whether it sees images. */
  hasImages: boolean
}

/** What users are told of a model. */
export interface ModelListing {
  name: string
  description: string
  /** Whether it can be asked now. */
  available: boolean
  /** True where it sees images. */
  images?: true
  /** Why not, and what to do about it. */
  reason?: string
}
