/** Reads a file of conversations and parses each: what nobody who imports it can do without. */
import { createReadStream } from 'node:fs'
import { ElementScanner } from '../../src/modules/imports/json-elements.ts'

const scanner = new ElementScanner()
let count = 0
for await (const chunk of createReadStream(process.argv[2] ?? '', { highWaterMark: 256 * 1024 })) {
  for (const element of scanner.scan(chunk)) if ('text' in element && JSON.parse(element.text)) count += 1
}
scanner.end()
console.log(`  ${count} conversations`)
