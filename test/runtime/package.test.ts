import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build } from 'esbuild';
import { publint } from 'publint';
import { expect, test } from 'vitest';
import { bundle } from './support/worker.js';

const require = createRequire(import.meta.url);
const root = join(import.meta.dirname, '../../packages/observability');
const IMPORTS = [
  `import { createTrace } from '@create-something/observability';`,
  `import { mcpToolMetadata } from '@create-something/observability/atlas';`,
].join('\n');
const GENERATED = `${IMPORTS}
export default { fetch: () => createTrace({ name: 'a:b', metadata: mcpToolMetadata('a', 'b') }).run(() => new Response()) };`;

test('publint finds nothing', async () => {
  const { messages } = await publint({ pkgDir: root, pack: 'npm' });
  expect(messages).toEqual([]);
}, 60_000);

test('attw finds types for every entry point', () => {
  const attw = join(require.resolve('@arethetypeswrong/cli/package.json'), '../dist/index.js');
  const output = execFileSync(
    process.execPath,
    [attw, '--pack', root, '--profile', 'esm-only', '--no-color', '--no-emoji'],
    {
      encoding: 'utf8',
    },
  );
  // It ends with an error if it finds a problem.
  expect(output.match(/node16 \(from ESM\): OK|bundler: OK/g)).toHaveLength(10);
}, 60_000);

test('a Worker grows only a little, and unused parts add nothing', async () => {
  const bytes = async (source: string) => gzipSync(await bundle(source, true)).length;
  const base = await bytes('export default { fetch: () => new Response() };');
  // The measured sizes with little room. A change that adds bytes must change the limit here.
  expect((await bytes(GENERATED)) - base).toBeLessThan(14_500);
  expect(await bundle(GENERATED)).not.toMatch(
    /observeModel|recordScore|shutdownObservability|thoughtsTokenCount/,
  );
  expect(
    (await bytes(`${IMPORTS} export default { fetch: () => Response.json(mcpToolMetadata('a', 'b')) };`)) -
      base,
  ).toBeLessThan(300);
});

test.each<[string, BuildOptions]>([
  ['a browser', { platform: 'browser', conditions: ['browser'] }],
  ['no platform', { platform: 'neutral' }],
  ['Node', { platform: 'node' }],
])('a bundler for %s resolves it, without code of another platform', async (_, options) => {
  const { outputFiles = [] } = await build({
    stdin: { contents: `export * from '@create-something/observability';`, resolveDir: import.meta.dirname },
    bundle: true,
    format: 'esm',
    write: false,
    ...options,
  });
  expect(outputFiles[0]?.text).toContain('createTrace');
  expect(outputFiles[0]?.text).not.toContain('cloudflare:workers');
  expect(outputFiles[0]?.text).not.toMatch(/from ?["']node:/);
});

test('in a browser it prints nothing without keys', async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: `${IMPORTS} globalThis.result = createTrace({ name: 'x' }).run(() => 42);`,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    format: 'iife',
    platform: 'browser',
    write: false,
  });
  const context: { result?: number } = {};
  new Function('globalThis', 'process', outputFiles[0]?.text ?? '')(context, undefined);
  expect(context.result).toBe(42);
});
