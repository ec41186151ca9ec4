export { mcpServerRoutes } from './routes.ts'
export { McpServerService } from './service.ts'
