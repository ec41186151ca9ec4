export type Language = 'es' | 'en'

/** Long enough to tell, short enough for any length of text. */
const MAX_LENGTH = 2000

const SPANISH = wordSet(`
  a al algo ahora anoche aquí ayer bien buenas buenos como cómo con conmigo contigo cosa cuál cuándo cuánto cuéntame cuento de del
  demostración días dime donde dónde el ella ellos en eres es esa ese eso esta está están estas este esto estoy gracias ha hace hasta
  hay hola hoy la las le les lo los luego mañana más me mi mí mis muchas mucho muy nada no noches nos nunca o para pero poco por
  porque puede puedes puedo que qué quién quiero se sé ser si sí siempre siento sobre sólo solo son soy su sus también te tengo ti
  tiene tienes todo tú tu tus un una uno usted y ya yo adiós triste madre padre amigo trabajo necesito ayuda vale claro bueno tardes`)

const ENGLISH = wordSet(`
  a about all always am an and any are as at be because been bye can could day demo did do does don't for from good goodbye had has
  have he hello help her here hey hi him his how i i'm i've if in is it it's its just know like me my myself never no not nothing now
  of on or our please she so some something sorry story tell thank thanks that that's the their them there they thing this to today
  too us very want was we were what what's when where which who why will with would yes yesterday you you're your sad mother father
  friend work need feel think okay hope dream`)

/** The language of a text, told by its commonest words; undefined where they don't tell. */
export function detectLanguage(text: string): Language | undefined {
  const sample = text.slice(0, MAX_LENGTH).toLowerCase()
  let spanish = /[ñ¿¡]/.test(sample) ? 2 : 0
  let english = 0
  for (const word of sample.replaceAll('’', "'").match(/[\p{L}\p{M}']+/gu) ?? []) {
    if (SPANISH.has(word.normalize('NFC'))) spanish += 1
    if (ENGLISH.has(word)) english += 1
  }
  if (spanish === english) return undefined
  return spanish > english ? 'es' : 'en'
}

function wordSet(words: string): ReadonlySet<string> {
  return new Set(words.trim().split(/\s+/))
}
