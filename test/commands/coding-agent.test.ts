import { afterEach, expect, it, vi } from 'vitest';
import { observeHere } from '../checks/in-process.js';
import { BIN } from '../support/cli.js';
import { hasTerminal, onTerminal } from '../support/pseudo-terminal.js';
import { jsonc, repository, worker } from './repository.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

const project = (dir = '.') => repository(worker(dir, { 'wrangler.jsonc': jsonc('calc') }));

const recipeIn = (stdout: string) => [...stdout.matchAll(/^ {2}\d+\. (.+)$/gm)].map(([, command]) => command);

it.each([
  ['CLAUDECODE', '1', 'claude'],
  ['CODEX_SANDBOX', 'seatbelt', 'codex'],
  ['CURSOR_AGENT', '1', 'cursor'],
  ['GEMINI_CLI', '1', 'gemini'],
  ['AI_AGENT', 'somebody-new', 'somebody-new'],
])('%s=%s gets a recipe without questions', async (name, value, agent) => {
  vi.stubEnv('AI_AGENT', undefined);
  vi.stubEnv(name, value);
  const dir = project('apps/a');
  const words = ['--sampling', '0.5', '--no-install', '--worker', 'apps/a'];
  const { stdout, code } = await observeHere('init', dir, ...words);
  expect(code).toBe(0);
  expect(stdout).toContain(`Recipe for a coding agent (${agent})`);
  expect(stdout).toContain(`cd ${dir}/apps/a\n`);
  const [apply, check, dashboard, serve, prove, undo] = recipeIn(stdout);
  const own = `node ${BIN}`;
  expect(apply?.startsWith(`${own} init `)).toBe(true);
  expect(apply).toMatch(
    / init --yes --layers cloudflare,langfuse,loom --agent-files none --sampling 0\.5 --local --no-install$/,
  );
  expect(check).toBe(`${own} check`);
  expect([dashboard, serve]).toEqual(['npx lm dashboard &', 'npx wrangler dev &']);
  expect(prove).toBe('npx lm traces --since 5m --fail-on "errors>0"');
  expect(undo).toBe(`${own} remove --yes`);
});

it('a person gets no recipe, even with AI_AGENT=none', async () => {
  for (const value of [undefined, 'none', 'false']) {
    vi.stubEnv('AI_AGENT', value);
    expect((await observeHere('init', project())).stdout).not.toContain('Recipe');
  }
  vi.stubEnv('CLAUDECODE', '1');
  vi.stubEnv('AI_AGENT', 'none');
  expect((await observeHere('init', project())).stdout).not.toContain('Recipe');
});

it.runIf(hasTerminal)('an agent in a terminal gets no questions', async () => {
  const { screen, code } = await onTerminal(`AI_AGENT=claude "${process.execPath}" "${BIN}"`, project(), []);
  expect(code).toBe(0);
  expect(screen).toContain('Recipe for a coding agent (claude)');
});
