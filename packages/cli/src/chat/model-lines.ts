import stringWidth from 'string-width'
import { neutralise } from '../output/neutralise.ts'
import { paint } from './markdown/paint.ts'
import type { ChatState } from './state.ts'

/** The models as a list, the one that answers marked. */
export function modelLines({ models, model }: Pick<ChatState, 'models' | 'model'>): string[] {
  const width = Math.max(0, ...models.map((choice) => stringWidth(choice.name)))
  return models.map((choice) => {
    const mark = choice.name === model ? '●' : ' '
    const text = `${mark} ${neutralise(choice.name).padEnd(width)}  ${neutralise(choice.reason ?? choice.description)}`
    return choice.available ? text : paint('dim', text)
  })
}
