export { ElizaProvider, WORD_DELAY_MS } from './provider.ts'
