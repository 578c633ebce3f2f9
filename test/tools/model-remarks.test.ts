import { expect, it } from 'vitest';
import { readSource } from '../../src/rewrite/read-source.js';

const IMPORTS = `import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';
`;

const ADDRESSES = `const OPENAI = 'https://api.openai.com/v1';
const HOSTS = { claude: 'https://api.anthropic.com', other: 'https://api.openai.com.example.org/' };
`;

function read(call: string) {
  const text = `${IMPORTS}${ADDRESSES}export const ask = async () => ${call};\n`;
  const { models, remarks } = readSource('src/ask.ts', text, { aiBinding: 'AI' });
  return {
    wrapped: models.map(({ start, end }) => text.slice(start, end)),
    told: remarks.map(({ kind, what }) => `${kind} ${what}`),
  };
}

it.each([
  ['openai?.chat.completions.create({})', 'chat.completions.create'],
  ['(await getClient()).messages.stream({})', 'messages.stream'],
  ['anthropic.beta.messages.toolRunner({})', 'beta.messages.toolRunner'],
  ['anthropic.beta.messages.thread({})', 'beta.messages.thread'],
  ['ai.interactions.create({})', 'interactions.create'],
  ['env.AI?.run(model, {})', 'AI?.run'],
  ['openai.embeddings.create({})', 'embeddings.create'],
  ['openai.images.generate({})', 'images.generate'],
  ["env.AI.autorag('notes').aiSearch({})", 'autorag().aiSearch'],
  ['env.AI.toMarkdown([])', 'AI.toMarkdown'],
])('%s can’t be wrapped in place, and is reported', (call, what) => {
  expect(read(call)).toEqual({ wrapped: [], told: [`model-call-unseen ${what}`] });
});

it.each([
  'observeOpenAI(client).chat.completions.create({})',
  'twilio.messages.create({})',
  'schema.parse({})',
  'fetch(HOSTS.other)',
])('%s is not recorded', (call) => {
  expect(read(call)).toEqual({ wrapped: [], told: [] });
});

it.each([
  ['this.openai.responses.parse({})', 'this.openai'],
  ['openai!.chat.completions.runTools({})', 'openai!'],
  ['getClient(env?.KEY).chat.completions.stream({})', 'getClient(env?.KEY)'],
  ['clients[0].chat.completions.create({})', 'clients[0]'],
  ['env.AI!.run(model, {})', 'env.AI!'],
  [`fetch(\`\${OPENAI}/responses\`, {})`, 'fetch'],
  ["fetch(new URL('/v1/messages', HOSTS.claude), {})", 'fetch'],
])('%s is wrapped at its client', (call, client) => {
  expect(read(call)).toEqual({ wrapped: [client], told: [] });
});
