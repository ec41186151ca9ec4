export type { Model } from './model.ts'
export { modelRoutes } from './routes.ts'
export { ModelService } from './service.ts'
