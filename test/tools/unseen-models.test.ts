import { expect, it } from 'vitest';
import { planTools } from '../../src/plan/tools/plan-tools.js';

const INTENT = { fallbackName: 'notes', aiBinding: 'AI', tasks: new Map(), includeUnreachable: false };

function found(imports: string, call: string): string[] {
  const text = `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
${imports}
const server = new McpServer({ name: 'notes', version: '1' });
server.registerTool('ask', { inputSchema: {} }, async ({ q }) => {
  const answer = await ${call};
  return { content: [{ type: 'text', text: String(answer) }] };
});
`;
  return planTools([{ path: 'src/index.ts', text, reachable: true }], INTENT).findings.map(
    ({ message }) => /`(.+)`/.exec(message)?.[1] ?? message,
  );
}

const OPENAI = "import OpenAI from 'openai';\nconst o = new OpenAI();";
const MISTRAL = "import { Mistral } from '@mistralai/mistralai';\nconst m = new Mistral({});";

it.each([
  [OPENAI, 'o.images.generate({ prompt: q })', 'images.generate'],
  [OPENAI, 'o.audio.speech.create({ input: q })', 'audio.speech.create'],
  [OPENAI, 'o.embeddings.create({ input: q })', 'embeddings.create'],
  [MISTRAL, "m.chat.complete({ model: 'm' })", 'chat.complete'],
  ['', "env.AI.autorag('docs').search({ query: q })", 'autorag().search'],
  ['', "env.AI.toMarkdown([{ name: 'a', blob: q }])", 'AI.toMarkdown'],
])('%# a client of any name: the call is reported', (imports, call, method) => {
  expect(found(imports, call)).toEqual([method]);
});

it('calls with only a similar end are not reported', () => {
  expect(found("import { Album } from './album';\nconst a = new Album();", 'a.images.generate(q)')).toEqual(
    [],
  );
  expect(found("import { Room } from './room';\nconst r = new Room();", 'r.chat.complete(q)')).toEqual([]);
});
