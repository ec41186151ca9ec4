export { SessionRepository } from './repository.ts'
export { sessionRoutes } from './routes.ts'
export { SessionService } from './service.ts'
