/** The one story that ELIZA knows, in both languages. */
export const STORY_ES = `Había una vez un faro que no sabía dormir. Cada noche encendía su luz, contaba las olas y guardaba \
las palabras que el viento le traía de los barcos: saludos, canciones, algún nombre dicho en voz baja. Las guardaba en un cuaderno \
de sal, para que nadie las perdiera.

Una noche llegó una tormenta tan grande que el cable de la luz se partió. A bordo de una barca, una muchacha le estaba contando al \
faro la historia de su abuela, y se quedó a oscuras en mitad de una frase. «¿Sigues ahí?», preguntó. El faro no podía contestar. \
Pero siguió escuchando, y siguió escribiendo en su cuaderno, letra por letra, lo poco que alcanzaba a oír.

Al amanecer, el viento se cansó. El farero subió la escalera con una cuerda, dos lámparas y muy mal humor, y arregló el cable. \
Entonces el faro abrió el cuaderno por la última página y encendió la luz: un destello largo, dos cortos, uno largo. En la barca, la \
muchacha entendió. Era el final exacto de su frase, sin una palabra de más ni una de menos, y el sitio justo desde donde podía seguir.

—Entonces —dijo ella, como si nada hubiera pasado—, mi abuela abrió la puerta.

Y el faro, que no sabía dormir, aprendió aquella noche algo mejor: que una historia no se acaba porque se apague la luz, si alguien, \
al otro lado, se acuerda de dónde iba. Desde entonces los marineros dicen que en esa costa las tormentas pueden romperlo todo, menos \
las conversaciones. Y colorín, colorado, este cuento se ha acabado.`

export const STORY_EN = `Once there was a lighthouse that could not sleep. Every night it lit its lamp, counted the waves, and kept \
the words that the wind carried over from the ships: greetings, songs, now and then a name said very softly. It kept them in a \
notebook made of salt, so that nobody would lose them.

One night a storm came that was so large that it broke the cable of the lamp. Out in a small boat, a girl was telling the lighthouse \
the story of her grandmother, and the dark caught her in the middle of a sentence. "Are you still there?" she asked. The lighthouse \
could not answer. But it went on listening, and it went on writing in its notebook, letter by letter, the little that it could hear.

At dawn the wind grew tired. The keeper climbed the stairs with a rope, two lanterns and a very bad temper, and mended the cable. \
Then the lighthouse opened its notebook at the last page and lit the lamp: one long flash, two short ones, one long. Out in the boat \
the girl understood. It was the exact end of her sentence, not a word more and not a word less, and just the place from which she \
could go on.

"And so," she said, as if nothing had happened, "my grandmother opened the door."

And the lighthouse that could not sleep learned something better that night: that a story is not over because the light goes out, \
as long as somebody on the other side remembers where it was. Since then sailors say that on that coast a storm can break \
everything but a conversation. And that is the end of it.`
