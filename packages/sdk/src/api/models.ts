import { dataOf } from '../transport/send.ts'
import type { Model } from '../wire-types.ts'
import type { ApiClient } from './client.ts'

/** The models of the server. */
export interface Models {
  /** Every model the server is set up with. One that cannot be used yet says why in `reason`. */
  list(): Promise<Model[]>
}

export function createModels(client: ApiClient): Models {
  return { list: () => dataOf(client.GET('/chat/models')) }
}
