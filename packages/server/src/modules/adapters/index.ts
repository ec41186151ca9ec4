export { adapterRoutes } from './routes.ts'
export { AdapterService } from './service.ts'
