import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { hashFiles } from '../harness/files.js';
import { git } from '../support/cli.js';
import { folderWith } from '../support/folder.js';
import { runProjects } from './run-projects.js';

const PIECES = [
  "'",
  '"',
  '`',
  '\\',
  '\n',
  '\r\n',
  '\u2028',
  '\u2029',
  '\u0000',
  '\u001b[2J',
  ['$', '{process.exit(7)}'].join(''),
  '{{constructor}}',
  '{{{x}}}',
  '*/',
  '//',
  '<!--',
  '</script>',
  '__proto__',
  '%s',
  '$&',
  '$1',
  '\ud800',
  '🧪',
  'a',
];
const NAME = fc
  .array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 5 })
  .map((parts) => parts.join(''));
const QUOTES = ["'", '"', '`'] as const;

/** The name as a literal of the source, with any of the three quotes. */
function literal(name: string, quote: (typeof QUOTES)[number]): string {
  const inner = JSON.stringify(name).slice(1, -1);
  if (quote === '"') return `"${inner}"`;
  const bare = inner.replaceAll('\\"', '"');
  return quote === "'"
    ? `'${bare.replaceAll("'", "\\'")}'`
    : `\`${bare.replaceAll('`', '\\`').replaceAll('${', '\\${')}\``;
}

/** The server and tool names in the calls of mcpToolMetadata, when a source runs. */
function metadataIn(source: string): string[][] {
  const file = ts.createSourceFile('index.ts', source, ts.ScriptTarget.Latest, true);
  expect((file as unknown as { parseDiagnostics: unknown[] }).parseDiagnostics).toEqual([]);
  const found: string[][] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText() === 'mcpToolMetadata') {
      found.push(
        node.arguments
          .slice(0, 2)
          .map((argument) => (ts.isStringLiteralLike(argument) ? argument.text : argument.getText())),
      );
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

describe('unusual names', () => {
  it('are unchanged in the code, and nowhere else', async () => {
    const project = fc.record({
      server: fc.option(NAME, { nil: undefined }),
      worker: NAME,
      env: NAME,
      tools: fc.uniqueArray(fc.tuple(NAME, fc.constantFrom(...QUOTES)), {
        minLength: 1,
        maxLength: 4,
        selector: ([name]) => name,
      }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(project, { minLength: 6, maxLength: 6 }), async (projects) => {
        const placed = projects.map(({ server, worker, env, tools }) => {
          const name = server === undefined ? '' : `name: ${literal(server, '"')}, `;
          const source = [
            `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';`,
            `const server = new McpServer({ ${name}version: '1.0.0' });`,
            ...tools.map(
              ([tool, quote]) => `server.tool(${literal(tool, quote)}, 'Do', async () => ({ content: [] }));`,
            ),
          ].join('\n');
          const config = {
            name: worker,
            main: 'src/index.ts',
            compatibility_date: '2026-04-20',
            env: { [env]: { observability: { enabled: true } } },
          };
          const dir = folderWith({
            'package.json': '{}\n',
            'src/index.ts': `${source}\n`,
            'wrangler.json': JSON.stringify(config, null, 2),
          });
          git(dir, 'init', '--quiet');
          return { dir, expected: tools.map(([tool]) => [server ?? worker, tool]) };
        });
        const dirs = placed.map(({ dir }) => dir);
        const before = await Promise.all(dirs.map((dir) => hashFiles(dir)));
        const made = await runProjects(dirs, { INIT_ONLY: '1' });
        expect(made.stdout + made.stderr).not.toMatch(/a bug in create-something-observe/);
        for (const { dir, expected } of placed) {
          const source = readFileSync(join(dir, 'src/index.ts'), 'utf8');
          expect(metadataIn(source)).toEqual(expected);
        }
        const { codes, stdout, stderr } = await runProjects(dirs);
        for (const dir of dirs)
          expect(codes.get(dir), stderr + stdout.slice(-500)).toEqual({ init: 0, check: 0, remove: 0 });
        expect(await Promise.all(dirs.map((dir) => hashFiles(dir)))).toEqual(before);
      }),
      { numRuns: 5 },
    );
  }, 300_000);

  it('are quoted for a shell', async () => {
    const env = ['$', '(touch owned)`touch owned`";touch owned;"'].join('');
    const config = { name: 'calc', main: 'src/index.ts', env: { [env]: {} } };
    const dir = folderWith({
      'package.json': '{}\n',
      'src/index.ts': '',
      'wrangler.json': JSON.stringify(config),
    });
    git(dir, 'init', '--quiet');
    const { stdout } = await runProjects([dir], { INIT_ONLY: '1' });
    const lines = stdout.split('\n').flatMap((line) => /npx wrangler secret put .*/.exec(line) ?? []);
    expect(lines.length).toBeGreaterThan(2);
    const script = join(dir, 'copied.sh');
    writeFileSync(script, `npx() { printf '%s\\n' "$@"; }\n${lines.join('\n')}\n`);
    const { execFileSync } = await import('node:child_process');
    expect(execFileSync('sh', [script], { cwd: dir, encoding: 'utf8' })).toContain(`--env=${env}\n`);
    expect([...(await hashFiles(dir)).keys()]).not.toContain('owned');
  });
});
