/** A little of everything that a view has to show. */
export const MARKDOWN_ES = `# Markdown, en pequeño

Un párrafo con **negrita**, *cursiva*, \`código\` y un [enlace](https://commonmark.org).

## Una lista

1. Primero, una idea.
2. Después, otra:
   - con un detalle,
   - y con otro.

## Una tabla

| Fruta | Color | Precio |
| :--- | :---: | ---: |
| Naranja | naranja | 1,20 € |
| Limón | amarillo | 0,90 € |
| Aguacate | verde | 2,50 € |

> Lo bueno, si breve, dos veces bueno.

## Un bloque de código

\`\`\`js
function saludar(nombre) {
  return \`¡Hola, \${nombre}! 👋\`
}

console.log(saludar('Vektor'))
\`\`\`
`

export const MARKDOWN_EN = `# Markdown, in small

A paragraph with **bold**, *italics*, \`code\` and a [link](https://commonmark.org).

## A list

1. First, an idea.
2. Then, another one:
   - with a detail,
   - and with one more.

## A table

| Fruit | Colour | Price |
| :--- | :---: | ---: |
| Orange | orange | €1.20 |
| Lemon | yellow | €0.90 |
| Avocado | green | €2.50 |

> Brevity is the soul of wit.

## A block of code

\`\`\`js
function greet(name) {
  return \`Hello, \${name}! 👋\`
}

console.log(greet('Vektor'))
\`\`\`
`
