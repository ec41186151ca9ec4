export type { Model, ModelListing } from './model.ts'
export { ModelConfigError } from './model-config-error.ts'
export { modelRoutes } from './routes.ts'
export { ModelService, type ModelServiceOptions } from './service.ts'
