/** Run it beside a server: `node --conditions=vektor-source main.ts [http://127.0.0.1:8000]`. */
import { tellStory } from './story.ts'

await tellStory(process.argv[2] ?? 'http://127.0.0.1:8000', (text) => process.stdout.write(text))
