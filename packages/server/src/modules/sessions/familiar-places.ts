import type { Transaction } from '../../database/database.ts'
import type { Fingerprint } from '../../limits/fingerprint.ts'
import type { FamiliarPlaceRepository } from './familiar-place-repository.ts'
import type { Origin } from './local-login.ts'

/** No account has this id, and asking for it takes as long. */
const NOBODY = ''

/** Knows again where an account has signed in from. Only fingerprints of the addresses are stored, each for ninety days. */
export class FamiliarPlaces {
  readonly #places: FamiliarPlaceRepository
  readonly #fingerprint: Fingerprint
  readonly #now: () => number

  constructor(places: FamiliarPlaceRepository, options: { fingerprint: Fingerprint; now: () => number }) {
    this.#places = places
    this.#fingerprint = options.fingerprint
    this.#now = options.now
  }

  async recognise(accountId = NOBODY, { address, deviceId }: Origin) {
    const isFamiliarAddress = await this.#places.has(accountId, this.#placeOf(accountId, address), this.#now())
    const isFamiliarDevice = deviceId !== undefined && (await this.#places.hasDevice(accountId, deviceId))
    return { address, isFamiliarAddress, familiarDevice: isFamiliarDevice ? deviceId : undefined }
  }

  async remember(transaction: Transaction, accountId: string, { address, now }: { address: string; now: number }) {
    await this.#places.remember(transaction, accountId, { place: this.#placeOf(accountId, address), now })
  }

  async deleteOld(transaction: Transaction, now: number): Promise<void> {
    await this.#places.deleteOld(transaction, now)
  }

  #placeOf(accountId: string, address: string): string {
    return this.#fingerprint(JSON.stringify(['place', accountId, address]))
  }
}
