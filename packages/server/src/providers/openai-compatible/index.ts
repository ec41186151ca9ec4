export type { Endpoint } from './endpoints.ts'
export { type ListedModel, listModels } from './list-models.ts'
export { OpenAiCompatibleProvider } from './provider.ts'
