export type { Endpoint } from './endpoint-rotation.ts'
export { OpenAiCompatibleProvider } from './provider.ts'
