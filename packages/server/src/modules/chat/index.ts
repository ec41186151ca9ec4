export type { ChatObserver, EndedGeneration } from './observer.ts'
export { GenerationRepository } from './repository.ts'
export { chatRoutes } from './routes.ts'
export { ChatService } from './service.ts'
