export type { Endpoint } from './endpoint-rotation.ts'
export { type OpenAiCompatibleOptions, OpenAiCompatibleProvider } from './provider.ts'
