import type { Model } from '@vektor/sdk'
import { CliError } from '../failure/cli-error.ts'

/** The offline model: it answers when nothing better can. */
const LAST_RESORT = 'eliza'

export interface ModelChoice {
  asked: string | undefined
  /** The model that answered last in the conversation that goes on. */
  conversation: string | undefined
  /** What the profile says, or the account's preferences. */
  own: string | undefined
}

/** The model that was asked for, else the conversation's, else the user's own, else the first that can be used. */
export function chooseModel(models: readonly Pick<Model, 'name' | 'available'>[], choice: ModelChoice): string {
  const named = choice.asked ?? choice.conversation ?? choice.own
  if (named !== undefined) return named
  const usable = models.filter((model) => model.available)
  const first = usable.find((model) => model.name !== LAST_RESORT) ?? usable[0]
  if (first) return first.name
  throw new CliError('failed', 'No model of this server can be used now: vektor models says why.')
}
