import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export const FILES = 2000;
export const WITH_TOOLS = 300;

/**
 * Writes the same tree on every machine: a Worker that imports 300 files with tools and 1,699 without. Another `count`
 * has the same shares.
 */
export async function writeTree(dir: string, count = FILES): Promise<void> {
  await rm(dir, { recursive: true, force: true });
  const random = randomNumbers(20_260_426);
  const withTools = Math.round((count * WITH_TOOLS) / FILES);
  const plain = count - withTools - 1;
  const files = new Map<string, string>([
    ['wrangler.jsonc', '{ "name": "bench", "main": "src/index.ts", "compatibility_date": "2026-01-01" }\n'],
    ['package.json', '{ "name": "bench", "private": true, "type": "module" }\n'],
    ['src/index.ts', entryText(withTools)],
  ]);
  for (let index = 0; index < plain; index++)
    files.set(`src/${plainPath(index)}.ts`, plainText(index, random));
  for (let index = 0; index < withTools; index++) {
    files.set(`src/${toolPath(index)}.ts`, toolText(index, { plain, random }));
  }
  for (const folder of new Set([...files.keys()].map((path) => dirname(join(dir, path))))) {
    await mkdir(folder, { recursive: true });
  }
  for (const [path, text] of files) await writeFile(join(dir, path), text);
}

type Random = (below: number) => number;

/** The linear congruential generator of Numerical Recipes. It is enough to vary lengths. */
function randomNumbers(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const plainPath = (index: number) => `lib/group-${index % 40}/module-${index}`;
const toolPath = (index: number) => `tools/area-${index % 20}/tool-${index}`;

function entryText(withTools: number): string {
  const numbers = Array.from({ length: withTools }, (_, index) => index);
  return `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
${numbers.map((index) => `import { register${index} } from './${toolPath(index)}.js';`).join('\n')}

export function createServer(env: unknown): McpServer {
  const server = new McpServer({ name: 'bench', version: '1.0.0' });
${numbers.map((index) => `  register${index}(server, env);`).join('\n')}
  return server;
}

export default { fetch: () => new Response('ok') };
`;
}

function plainText(index: number, random: Random): string {
  const blocks = Array.from({ length: 3 + random(12) }, (_, block) => plainBlock(index, block, random));
  const next = index >= 40 ? `export { shape${index - 40}_0 } from './module-${index - 40}.js';\n` : '';
  // Every tenth file looks like a tool to the text filter, so it is parsed.
  const lookalike =
    index % 10 === 0 ? `\nexport const task${index} = { execute: () => shape${index}_0([]) };\n` : '';
  return `// Module ${index}.\n${next}\n${blocks.join('\n')}${lookalike}`;
}

function plainBlock(index: number, block: number, random: Random): string {
  const fields = Array.from({ length: 2 + random(5) }, (_, field) => `field${field}`);
  return `export interface Shape${index}_${block} {
${fields.map((field) => `  readonly ${field}: number | undefined;`).join('\n')}
}

export function shape${index}_${block}(values: readonly number[]): Shape${index}_${block} {
  const total = values.reduce((sum, value) => sum + value * ${random(100)}, 0);
  if (total > ${random(1000)}) {
    return { ${fields.map((field, at) => `${field}: values[${at}]`).join(', ')} };
  }
  return { ${fields.map((field) => `${field}: undefined`).join(', ')} };
}
`;
}

function toolText(index: number, { plain, random }: { plain: number; random: Random }): string {
  const imports = Array.from({ length: 6 }, (_, at) => (index * 6 + at) % plain);
  const tools = Array.from({ length: 1 + random(6) }, (_, at) => toolCall(index, at, random));
  return `import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
${imports.map((one) => `import { shape${one}_0 } from '../../${plainPath(one)}.js';`).join('\n')}

const shapes = [${imports.map((one) => `shape${one}_0`).join(', ')}];

export function register${index}(server: McpServer, env: unknown): void {
${tools.join('\n')}
}
`;
}

/** The four forms that make up two thirds of real registrations. */
function toolCall(index: number, at: number, random: Random): string {
  const name = `'tool_${index}_${at}'`;
  const schema = '{ city: z.string(), days: z.number().optional() }';
  const lines = Array.from(
    { length: 2 + random(10) },
    (_, line) => `    const step${line} = days * ${line + 1};`,
  );
  const answer = `{ content: [{ type: 'text' as const, text: \`\${city} \${days} \${shapes.length} \${String(env)}\` }] }`;
  const block = `{\n${lines.join('\n')}\n    return ${answer};\n  }`;
  switch (random(4)) {
    case 0:
      return `  server.tool(${name}, 'Looks up number ${at}', ${schema}, async ({ city, days = 1 }) => ${block});`;
    case 1:
      return `  server.tool(${name}, ${schema}, async ({ city, days = 1 }) => (${answer}));`;
    case 2:
      return `  server.registerTool(${name}, { description: 'Looks up number ${at}', inputSchema: ${schema} }, async ({ city, days = 1 }) => ${block});`;
    default:
      return `  server.registerTool(${name}, { inputSchema: ${schema} }, ({ city, days = 1 }) => ${block});`;
  }
}
