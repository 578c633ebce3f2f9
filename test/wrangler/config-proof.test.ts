import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { splice } from '../../src/core/edits.js';
import { compareReadings } from '../../src/project/config-compare.js';
import { type ConfigReading, readThroughWrangler } from '../../src/project/config-proof.js';
import { parseConfig } from '../../src/wrangler/document.js';
import { planObservability } from '../../src/wrangler/plan-observability.js';
import { folderWith } from '../support/folder.js';

const host = { node: process.execPath, env: { ...process.env, CLOUDFLARE_ENV: 'no-such-environment' } };
const HARD = `name = "calculator"
main = "src/index.ts"
compatibility_date = "2025-06-01"

[vars]
TOKEN = "hidden-value"

[observability]
enabled = true

[env.production.observability]
enabled = true

[env.broken]
workers_dev = "hidden-value"
`;
const ENVIRONMENTS = ['production', 'broken'];

/** A project with this repository's Wrangler. */
function projectWith(config: string): string {
  const dir = folderWith({ 'wrangler.toml': config });
  const wrangler = dirname(createRequire(import.meta.url).resolve('wrangler/package.json'));
  mkdirSync(join(dir, 'node_modules'));
  symlinkSync(wrangler, join(dir, 'node_modules/wrangler'), 'junction');
  return join(dir, 'wrangler.toml');
}

async function readAll(path: string): Promise<ConfigReading> {
  const reading = await readThroughWrangler(path, ENVIRONMENTS, host);
  if (reading === undefined) throw new Error('Wrangler was not asked');
  return reading;
}

it('proves with the project’s Wrangler that traces are on and nothing else changed', async () => {
  const path = projectWith(HARD);
  const before = await readAll(path);
  const text = readFileSync(path, 'utf8');
  const { edits } = planObservability(parseConfig({ path, format: 'toml', text }), {});
  writeFileSync(path, splice(text, edits));
  const after = await readAll(path);

  expect(before.scopes.map(({ env, valid, traces }) => [env, valid, traces])).toEqual([
    [undefined, true, false],
    ['production', true, false],
    ['broken', false, false],
  ]);
  expect(after.scopes.map(({ traces }) => traces)).toEqual([true, true, false]);
  expect(after.version).toMatch(/^4\./);
  expect(JSON.stringify([before, after])).not.toContain('hidden-value');

  const findings = compareReadings(before, after, 'wrangler.toml');
  expect(findings).toMatchObject([{ rule: 'wrangler/invalid-before', level: 'warning' }]);
  expect(findings[0]?.message).toContain('environment broken');
});

it('reports the settings that an edit broke', async () => {
  const path = projectWith(HARD);
  const before = await readAll(path);
  writeFileSync(
    path,
    HARD.replace('hidden-value', 'other').replace('enabled = true\n\n[env', 'enabled = 1\n\n[env'),
  );
  const after = await readAll(path);
  const findings = compareReadings(before, after, 'wrangler.toml');
  expect(findings.map(({ rule, level }) => `${level} ${rule}`)).toEqual([
    'error wrangler/proof-failed',
    'error wrangler/proof-failed',
    'warning wrangler/invalid-before',
  ]);
});

it('reports changed settings, and a Wrangler without traces', () => {
  const scope = {
    env: undefined,
    valid: true,
    complaints: [],
    traces: true,
    settings: { vars: '1', main: '2' },
  };
  const reading = (settings: Record<string, string>, knownKeys: string[]): ConfigReading => ({
    version: '4.30.0',
    knownKeys,
    scopes: [{ ...scope, settings }],
  });
  const same = reading({ vars: '1', main: '2' }, ['enabled', 'logs']);
  const moved = reading({ vars: '3', main: '2' }, ['enabled', 'logs', 'traces']);
  expect(compareReadings(same, same, 'w')).toMatchObject([{ rule: 'wrangler/wrangler-too-old' }]);
  expect(compareReadings(same, moved, 'w')[0]?.message).toContain('touched vars');
});

it('has no result without an installed Wrangler', async () => {
  const dir = folderWith({ 'wrangler.toml': HARD });
  expect(await readThroughWrangler(join(dir, 'wrangler.toml'), [], host)).toBeUndefined();
});
