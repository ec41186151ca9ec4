import type { Handlers } from '../../http/handler.ts'
import type { ModelService } from './service.ts'

export function modelRoutes(models: ModelService): Handlers<'listModels'> {
  return {
    async listModels() {
      return { status: 200, body: models.list() }
    },
  }
}
