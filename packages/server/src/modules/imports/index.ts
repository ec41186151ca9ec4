export { ImportRepository } from './repository.ts'
export { importRoutes } from './routes.ts'
export { ImportService } from './service.ts'
export { ImportStore } from './store.ts'
