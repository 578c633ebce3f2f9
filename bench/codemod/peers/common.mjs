import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The cheap test before parsing, where a subject runs behind one. */
export const filter = process.env.BENCH_FILTER ? new RegExp(process.env.BENCH_FILTER) : undefined;

export const dir = process.argv[2];

export function sourceFiles() {
  return readdirSync(dir, { recursive: true })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join(dir, path));
}

export const METHODS = new Set(['tool', 'registerTool']);

export const IMPORTS = `import { createTrace } from '@create-something/observability';
import { mcpToolMetadata } from '@create-something/observability/atlas';
`;

/** What stands before a handler's body; a `)` stands behind it. */
export function opening(tool, isAsync) {
  const call = `createTrace({ name: 'bench:' + ${tool}, input: { city, days }, metadata: mcpToolMetadata('bench', ${tool}) })`;
  return `${call}.run(${isAsync ? 'async ' : ''}() => `;
}
