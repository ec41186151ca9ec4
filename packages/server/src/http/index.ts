export { createHttpApp, type HttpApp } from './app.ts'
export { answerClientErrors } from './client-error.ts'
export { RequestLimits } from './limits.ts'
export { pageRoutes } from './pages/routes.ts'
