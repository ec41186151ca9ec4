export { StatusRepository } from './repository.ts'
export { statusRoutes } from './routes.ts'
export { StatusService } from './service.ts'
