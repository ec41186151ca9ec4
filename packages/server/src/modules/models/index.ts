export type { Model } from './model.ts'
export { ModelConfigError } from './model-config-error.ts'
export { modelRoutes } from './routes.ts'
export { ModelService } from './service.ts'
