import type { Handlers } from '../../http/handler.ts'
import type { ModelService } from './service.ts'

export function modelRoutes(models: ModelService): Handlers<'listModels' | 'listModelConfigs'> {
  return {
    async listModels() {
      return { status: 200, body: models.list() }
    },
    async listModelConfigs() {
      return { status: 200, body: models.listConfigs() }
    },
  }
}
