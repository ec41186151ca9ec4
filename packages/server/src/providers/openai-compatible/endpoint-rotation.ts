/**
 * Chooses in proportion to weights, and evenly spread: 3 to 1 gives a, a, b, a and not a, a, a, b.
 * @see https://github.com/nginx/nginx/commit/52327e0627f49dbda1e8db695e63a4b0af4448b1
 */
export class EndpointRotation<Member extends { readonly weight: number }> {
  readonly #credits = new Map<Member, number>()

  /** Whoever is not `among` those to choose from neither gains by it nor loses. */
  next(among: readonly Member[]): Member | undefined {
    let best: Member | undefined
    let most = Number.NEGATIVE_INFINITY
    let total = 0
    for (const member of among) {
      const credit = (this.#credits.get(member) ?? 0) + member.weight
      this.#credits.set(member, credit)
      total += member.weight
      if (credit > most) {
        best = member
        most = credit
      }
    }
    if (best) this.#credits.set(best, most - total)
    return best
  }
}
