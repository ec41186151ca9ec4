import { MARKDOWN_EN } from './markdown-demos.ts'
import { onlyLike, type Rule, reflectionsFrom, type Script, wordsLike } from './script.ts'
import { STORY_EN } from './stories.ts'

const CONNECT =
  'To connect a real model, set `OPENAI_API_KEY` for the server, restart it, and choose `gpt-4-stream`. ' +
  'Models of other compatible servers (Ollama, vLLM, LM Studio…) are added in `models/*.json`, in the configuration folder.'

const REST = '([^.,;:!?]+)'
const BEING =
  '(?:an? |the )?(?:real |large |language )*(?:ai|artificial|robot|bot|human|person|machine|program|model|llm|eliza|gpt|claude|gemini|llama|real)'

const SHOWPIECES: Rule[] = [
  {
    pattern: wordsLike('markdown'),
    replies: [MARKDOWN_EN, `Once more, in case something moved:\n\n${MARKDOWN_EN}`],
  },
  {
    pattern: wordsLike('(?:tell|write|read|want an?|another|make up)(?: .*)? (?:story|tale)'),
    replies: [STORY_EN, `I know only one story, and it is this one:\n\n${STORY_EN}`],
  },
  {
    pattern: /(?:^|\s)(?:diff --git|@@ -\d|#include|def \w+\(|function \w*\(|import .{1,80} from )/,
    replies: [
      `This looks like code, and all I can do is recognise words: I cannot review it. ${CONNECT}`,
      `I see code, but I don't understand it: I am a program of rules. ${CONNECT}`,
    ],
  },
]

const ABOUT_ELIZA: Rule[] = [
  {
    pattern: wordsLike(
      `who are you|what are you|your name|(?:are|aren't) you (?:really |just |actually )?${BEING}|you are ${BEING}|(?:chat)?gpt|am i (?:talking|speaking) (?:to|with) .*`,
    ),
    replies: [
      `I am ELIZA, a small rule-based program in the manner of Joseph Weizenbaum's (1966). I am not ChatGPT, and I don't understand what you say: I recognise words and hand them back. I come with Vektor and work offline, so that everything can be tried without a key. ${CONNECT}`,
      `A small program and nothing more: neither a person nor an AI as they are made today. My name is ELIZA, I follow rules, I use no network, and I come with Vektor so that everything can be tried without a key. ${CONNECT}`,
    ],
  },
  {
    pattern: wordsLike('(?:connect|configure|set up|use|add|install)(?: .*)? (?:models?|keys?|openai|ollama|vllm)'),
    replies: [CONNECT, `It is done once. ${CONNECT}`],
  },
  {
    pattern: wordsLike('what can you do|can you help(?: me)?|^help(?: me)?'),
    replies: [
      'I can talk a little, tell you a story ("tell me a story"), or show you what formatting looks like ("markdown demo"). What would you like?',
      "I don't know much: I listen and I ask. I also know one story and a Markdown demo. What do you want to talk about?",
    ],
  },
  {
    pattern: wordsLike("how are you|how do you do|how's it going|what's up"),
    replies: [
      'Very well, thank you, as well as a program of rules can be. And how are you?',
      'All my rules are where they should be. How about you?',
    ],
  },
  {
    pattern: wordsLike(`(?:you are|you're|are you) ${REST}`),
    replies: [
      'What makes you think I am $1?',
      'Does it please you to think that I am $1?',
      'Let us talk about you rather than me.',
    ],
  },
]

const MANNERS: Rule[] = [
  {
    pattern: onlyLike('(?:hello|hi|hey|good (?:morning|afternoon|evening)|greetings)(?:,? (?:there|eliza|vektor))?'),
    replies: [
      'Hello! I am ELIZA, a small program of rules. What would you like to talk about?',
      'Hello again! Tell me, what brings you here?',
      'Hi. How is your day going?',
    ],
  },
  {
    pattern: wordsLike('thanks|thank you|cheers'),
    replies: ["You're welcome. Anything else?", 'Not at all.', 'Thank you, for the conversation.'],
  },
  {
    pattern: wordsLike('(?:good)?bye|see you|farewell|good night'),
    replies: ['Goodbye! This conversation is kept.', 'See you. It was a pleasure to listen to you.'],
  },
  {
    pattern: wordsLike('sorry|apologi[sz]e|excuse me'),
    replies: ["You don't need to apologise.", 'No harm done. Please go on.'],
  },
]

const REMARKS: Rule[] = [
  {
    pattern: wordsLike(`i feel ${REST}`),
    replies: ['Since when do you feel $1?', 'What makes you feel $1?', 'Do you often feel $1?'],
  },
  {
    pattern: wordsLike(`(?:i am|i'm) ${REST}`),
    replies: ['Why do you think you are $1?', 'How long have you been $1?', 'What is it like for you to be $1?'],
  },
  {
    pattern: wordsLike(`i (?:can't|cannot) ${REST}`),
    replies: ['What keeps you from it?', 'What would happen if you could $1?', "How do you know that you can't $1?"],
  },
  {
    pattern: wordsLike(`i need ${REST}`),
    replies: ['Why do you need $1?', 'Are you sure you need $1?', 'What would change with it?'],
  },
  {
    pattern: wordsLike(`i (?:want|would like|wish) ${REST}`),
    replies: ['Why do you want $1?', 'What would you give for it?', 'And if you had it already?'],
  },
  {
    pattern: wordsLike(`i (?:think|believe|guess|suppose)(?: that)? you ${REST}`),
    replies: ['What makes you think that I $1?', 'And if I did not $1?', 'Would it please you if I $1?'],
  },
  {
    pattern: wordsLike(`i (?:think|believe|guess|suppose)(?: that)? ${REST}`),
    replies: ['What makes you think that $1?', 'And if it were not so?', 'Have you always thought that $1?'],
  },
  {
    pattern: wordsLike(
      'my (mother|father|mom|mum|dad|brother|sister|son|daughter|wife|husband|partner|boyfriend|girlfriend|family|friends?)',
    ),
    replies: [
      'Tell me more about your $1.',
      'What is the first thing you think of when you say "$1"?',
      'How do you get on with your $1?',
    ],
  },
  {
    pattern: wordsLike('dream(?:s|ed|t|ing)?'),
    replies: ['What does that dream tell you?', 'Do you dream about it often?', 'Who else appears in your dreams?'],
  },
  {
    pattern: wordsLike('because'),
    replies: ['Is that the real reason?', 'Is there any other reason?', 'What else would explain it?'],
  },
  {
    pattern: wordsLike('always|never|everybody|everyone|nobody|no one'),
    replies: ['Can you think of one case?', 'Are there really no exceptions?', 'When was the last time?'],
  },
  {
    pattern: onlyLike('yes|yeah|yep|sure|okay|ok|of course|exactly|right|i see'),
    replies: ['Can you tell me a little more?', 'I am listening.', 'I see. And then?'],
  },
  {
    pattern: onlyLike("no|nope|nothing|not really|not at all|i don't know"),
    replies: ['Why not?', 'Is it hard to talk about it?', 'There is no hurry. What comes to your mind?'],
  },
  {
    pattern: /\?\s*$/,
    replies: [
      'What answer would you like to hear? I only follow rules, and I know no facts.',
      'Why do you ask?',
      'A good question, for which I have no rule. What do you think?',
    ],
  },
]

export const ENGLISH: Script = {
  rules: [...SHOWPIECES, ...ABOUT_ELIZA, ...MANNERS, ...REMARKS],
  memory: {
    pattern: wordsLike('(my \\p{L}+(?: \\p{L}+){0,4})'),
    replies: [
      'Earlier you said something about “$1”. Does it have to do with this?',
      'Back to what you said before: “$1”. What else can you tell me?',
    ],
  },
  fallbacks: [
    'Tell me more.',
    'What does that suggest to you?',
    'I see. Please go on.',
    'And how does that make you feel?',
    'Why is that important to you?',
  ],
  opening: [
    'Hello! I am ELIZA, a small program of rules. What would you like to talk about?',
    'I am listening. Where shall we begin?',
  ],
  repetition: [
    'You said that already. What is behind it?',
    'You say it again: it must matter to you.',
    'The same again? Tell me in other words.',
  ],
  reflections: reflectionsFrom(`
    i>you, me>you, my>your, mine>yours, myself>yourself, am>are, i'm>you're, i've>you've, i'd>you'd, i'll>you'll, i am>you are,
    i was>you were, am i>are you, was i>were you, you>me, your>my, yours>mine, yourself>myself, you're>I'm, you've>I've, you'd>I'd,
    you'll>I'll, you are>I am, you were>I was, are you>am I, you have>I have, you can>I can, do you>do I, can you>can I`),
}
