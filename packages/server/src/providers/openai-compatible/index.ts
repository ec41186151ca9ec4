export type { Endpoint } from './endpoints.ts'
export { OpenAiCompatibleProvider } from './provider.ts'
