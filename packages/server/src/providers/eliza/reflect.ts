import type { Script } from './script.ts'

/** The same words from the other side: `I am with you` → `you are with me`. Two words are looked up before one. */
export function reflect(text: string, reflections: Script['reflections']): string {
  const words = text.split(' ')
  const reflected: string[] = []
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? ''
    const pair = reflections.get(`${word} ${words[index + 1]}`.toLowerCase())
    if (pair !== undefined) index += 1
    reflected.push(pair ?? reflectWord(word, reflections))
  }
  return reflected.join(' ')
}

function reflectWord(word: string, reflections: Script['reflections']): string {
  return word.replace(/[\p{L}\p{M}']+/gu, (bare) => reflections.get(bare.toLowerCase()) ?? bare)
}
