import { MARKDOWN_ES } from './markdown-demos.ts'
import { onlyLike, type Rule, reflectionsFrom, type Script, wordsLike } from './script.ts'
import { STORY_ES } from './stories.ts'

const CONNECT =
  'Para conectar un modelo de verdad, pon `OPENAI_API_KEY` en el entorno del servidor, reinícialo y elige `gpt-4-stream`. ' +
  'Los de otros servidores compatibles (Ollama, vLLM, LM Studio…) se añaden en `models/*.json`, en la carpeta de configuración.'

const REST = '([^.,;:!?¿¡]+)'
const BEING =
  '(?:una? )?(?:ia|inteligencia|robot|bot|humano|humana|persona|real|máquina|programa|modelo|eliza|gpt|claude|gemini|llama)'

const SHOWPIECES: Rule[] = [
  {
    pattern: wordsLike('markdown'),
    replies: [MARKDOWN_ES, `Otra vez, por si se movió algo:\n\n${MARKDOWN_ES}`],
  },
  {
    pattern: wordsLike('(?:cu[eé]nta|escrib|dime|inventa|otr)\\p{L}* .*(?:cuento|historia|relato)'),
    replies: [STORY_ES, `Solo sé un cuento, pero es este:\n\n${STORY_ES}`],
  },
  {
    pattern: /(?:^|\s)(?:diff --git|@@ -\d|#include|def \w+\(|function \w*\(|import .{1,80} from )/,
    replies: [
      `Eso parece código, y yo solo sé reconocer palabras: no puedo revisarlo. ${CONNECT}`,
      `Veo código, pero no lo entiendo: soy un programa de reglas. ${CONNECT}`,
    ],
  },
]

const ABOUT_ELIZA: Rule[] = [
  {
    pattern: wordsLike(
      `qui[eé]n(?: demonios)? eres|qu[eé] eres|c[oó]mo te llamas|tu nombre|eres ${BEING}|(?:chat)?gpt|hablo con una? (?:ia|m[aá]quina|persona)`,
    ),
    replies: [
      `Soy ELIZA, un pequeño programa de reglas al estilo del de Joseph Weizenbaum (1966). No soy ChatGPT ni entiendo lo que dices: reconozco palabras y te las devuelvo. Vengo con Vektor y funciono sin conexión, para que se pueda probar todo sin ninguna clave. ${CONNECT}`,
      `Un programa pequeño, y nada más: ni una persona ni una inteligencia artificial como las de ahora. Me llamo ELIZA, sigo unas reglas, no uso la red y vengo con Vektor para que todo se pueda probar sin clave. ${CONNECT}`,
    ],
  },
  {
    pattern: wordsLike('(?:conect|configur|us|añad|pon|instal)\\p{L}* .*(?:modelo|clave|openai|ollama|vllm)'),
    replies: [CONNECT, `Se hace una sola vez. ${CONNECT}`],
  },
  {
    pattern: wordsLike('qu[eé] (?:puedes|sabes) hacer|puedes ayudar(?:me)?|^[¡¿]?ay[uú]da(?:me)?'),
    replies: [
      'Puedo conversar un poco, contarte un cuento («cuéntame un cuento») o enseñarte cómo se ve el formato («demostración de markdown»). ¿Qué prefieres?',
      'No sé mucho: escucho y pregunto. También sé un cuento y una demostración de Markdown. ¿De qué quieres hablar?',
    ],
  },
  {
    pattern: wordsLike('(?:c[oó]mo est[aá]s|qu[eé] tal(?: est[aá]s)?|c[oó]mo te va)'),
    replies: [
      '¡Hola! Muy bien, gracias, todo lo bien que puede estar un programa de reglas. ¿Y tú, cómo estás?',
      'Sin novedad por aquí: mis reglas siguen en su sitio. ¿Qué tal tú?',
    ],
  },
  {
    pattern: wordsLike(`(?:t[uú] )?eres (?:muy |tan )?${REST}`),
    replies: ['¿Qué te hace pensar que soy $1?', '¿Te gusta pensar que soy $1?', 'Hablemos de ti mejor que de mí.'],
  },
]

const MANNERS: Rule[] = [
  {
    pattern: onlyLike('(?:hola|buenas|buenos d[ií]as|buenas tardes|buenas noches|hey|saludos)(?:,? (?:eliza|vektor))?'),
    replies: [
      '¡Hola! Soy ELIZA, un pequeño programa de reglas. ¿De qué te gustaría hablar?',
      '¡Hola de nuevo! Cuéntame, ¿qué te trae por aquí?',
      'Buenas. ¿Cómo va el día?',
    ],
  },
  {
    pattern: wordsLike('gracias|te lo agradezco'),
    replies: ['De nada. ¿Algo más?', 'No hay de qué.', 'A ti, por la conversación.'],
  },
  {
    pattern: wordsLike('adi[oó]s|hasta (?:luego|mañana|pronto|la vista)|chao|nos vemos'),
    replies: ['¡Adiós! Aquí queda guardada la conversación.', 'Hasta luego. Ha sido un placer escucharte.'],
  },
  {
    pattern: wordsLike('perd[oó]n\\p{L}*|disculpa|lo siento'),
    replies: ['No hace falta que te disculpes.', 'No pasa nada. Sigue, por favor.'],
  },
]

const REMARKS: Rule[] = [
  {
    pattern: wordsLike(`me siento ${REST}`),
    replies: ['¿Desde cuándo te sientes $1?', '¿Qué hace que te sientas $1?', '¿Te sientes $1 a menudo?'],
  },
  {
    pattern: wordsLike(`estoy ${REST}`),
    replies: ['¿Por qué crees que estás $1?', '¿Hace mucho que estás $1?', '¿Cómo es, para ti, estar $1?'],
  },
  {
    pattern: wordsLike(`(?:yo )?no puedo ${REST}`),
    replies: ['¿Qué te impide $1?', '¿Qué pasaría si pudieras $1?', '¿Cómo sabes que no puedes $1?'],
  },
  {
    pattern: wordsLike(`(?:necesito|me hace falta) ${REST}`),
    replies: ['¿Por qué necesitas $1?', '¿Seguro que necesitas $1?', '¿Qué cambiaría con eso?'],
  },
  {
    pattern: wordsLike(`(?:quiero|quisiera|me gustaría) ${REST}`),
    replies: ['¿Por qué quieres $1?', '¿Qué darías por $1?', '¿Y si ya lo tuvieras?'],
  },
  {
    pattern: wordsLike(`(?:creo|pienso|me parece) que ${REST}`),
    replies: ['¿Qué te hace pensar que $1?', '¿Y si no fuera así?', '¿Siempre has pensado que $1?'],
  },
  {
    pattern: wordsLike(`(?:yo )?soy ${REST}`),
    replies: ['¿Qué significa para ti ser $1?', '¿Te gusta ser $1?', '¿Desde cuándo eres $1?'],
  },
  {
    pattern: wordsLike(
      '(?:mi|mis) (madre|padre|mam[aá]|pap[aá]|herman[oa]s?|hij[oa]s?|abuel[oa]s?|parejas?|novi[oa]|marido|mujer|familia|amig[oa]s?)',
    ),
    replies: [
      'Háblame más de tu $1.',
      '¿Qué es lo primero que piensas al decir «$1»?',
      '¿Cómo es tu relación con tu $1?',
    ],
  },
  {
    pattern: wordsLike('(?:sueñ|soñ)\\p{L}*'),
    replies: ['¿Qué te dice ese sueño?', '¿Sueñas con eso a menudo?', '¿Quién más aparece en tus sueños?'],
  },
  {
    pattern: wordsLike('porque'),
    replies: ['¿Es esa la verdadera razón?', '¿Hay alguna otra razón?', '¿Qué más explicaría eso?'],
  },
  {
    pattern: wordsLike('siempre|nunca|jam[aá]s|todos|nadie'),
    replies: ['¿Puedes pensar en un caso concreto?', '¿De verdad no hay excepciones?', '¿Cuándo fue la última vez?'],
  },
  {
    pattern: onlyLike('s[ií]|claro|vale|por supuesto|exacto|eso es|bueno|ok'),
    replies: ['¿Puedes contarme un poco más?', 'Te escucho.', 'Entiendo. ¿Y entonces?'],
  },
  {
    pattern: onlyLike('no|nada|no mucho|para nada|no s[eé]'),
    replies: ['¿Por qué no?', '¿Te cuesta hablar de eso?', 'No hay prisa. ¿Qué te viene a la cabeza?'],
  },
  {
    pattern: /\?\s*$/,
    replies: [
      '¿Qué respuesta te gustaría oír? Yo solo sigo unas reglas, y datos no sé ninguno.',
      '¿Por qué lo preguntas?',
      'Buena pregunta, para la que no tengo regla. ¿Qué piensas tú?',
    ],
  },
]

export const SPANISH: Script = {
  rules: [...SHOWPIECES, ...ABOUT_ELIZA, ...MANNERS, ...REMARKS],
  memory: {
    pattern: wordsLike('((?:mi|mis) \\p{L}+(?: \\p{L}+){0,4})'),
    replies: [
      'Antes dijiste algo de «$1». ¿Tiene que ver con esto?',
      'Volvamos a lo de antes: «$1». ¿Qué más me cuentas?',
    ],
  },
  fallbacks: [
    'Cuéntame más.',
    '¿Qué te sugiere eso?',
    'Entiendo. Sigue, por favor.',
    '¿Y cómo te hace sentir eso?',
    'Ya veo. ¿Por qué es importante para ti?',
  ],
  opening: [
    '¡Hola! Soy ELIZA, un pequeño programa de reglas. ¿De qué te gustaría hablar?',
    'Te escucho. ¿Por dónde empezamos?',
  ],
  repetition: [
    'Eso ya lo has dicho. ¿Qué hay detrás?',
    'Lo repites: debe de importarte.',
    '¿Otra vez lo mismo? Dímelo con otras palabras.',
  ],
  reflections: reflectionsFrom(`
    yo>tú, me>te, mi>tu, mis>tus, mí>ti, mío>tuyo, mía>tuya, míos>tuyos, mías>tuyas, conmigo>contigo, soy>eres, estoy>estás,
    tengo>tienes, quiero>quieres, puedo>puedes, siento>sientes, necesito>necesitas, creo>crees, pienso>piensas, sé>sabes, voy>vas,
    hago>haces, digo>dices, fui>fuiste, he>has, debo>debes, vivo>vives, trabajo>trabajas, mi trabajo>tu trabajo, un trabajo>un trabajo,
    el trabajo>el trabajo, mucho trabajo>mucho trabajo, tú>yo, te>me, tu>mi, tus>mis, ti>mí, tuyo>mío, tuya>mía, contigo>conmigo,
    eres>soy, estás>estoy, tienes>tengo, quieres>quiero, puedes>puedo, sabes>sé, has>he, vas>voy, haces>hago, dices>digo, debes>debo`),
}
