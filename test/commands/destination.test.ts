import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { EXIT } from '../../src/core/error-codes.js';
import { observeHere } from '../checks/in-process.js';
import { hashFiles } from '../harness/files.js';
import { commitAll } from '../support/cli.js';
import { INIT, jsonc, repository, worker } from './repository.js';

it('a destination is written, kept, checked and removed, and the next step names the dashboard', async () => {
  const dir = repository(worker('.', { 'wrangler.jsonc': jsonc('calc') }));
  const before = await hashFiles(dir);
  const config = () => readFileSync(join(dir, 'wrangler.jsonc'), 'utf8');
  const set = await observeHere(INIT[0] as string, dir, ...INIT.slice(1), '--destination', 'grafana');
  expect(set).toMatchObject({ code: EXIT.ok });
  expect(set.stdout + set.stderr).toMatch(/grafana.*Destinations/);
  expect(config()).toContain('"destinations": ["grafana"]');
  commitAll(dir);
  const again = await observeHere(INIT[0] as string, dir, ...INIT.slice(1));
  expect(again.stdout).toContain('Nothing to do');
  const more = await observeHere('check', dir, '--destination', 'honeycomb');
  expect(more.stdout).toContain('wrangler/destination-missing');
  expect(await observeHere('remove', dir, '--yes')).toMatchObject({ code: EXIT.ok });
  expect(await hashFiles(dir)).toEqual(before);
});

it('an invalid name is refused', async () => {
  const dir = repository(worker('.', { 'wrangler.jsonc': jsonc('calc') }));
  const ended = await observeHere(INIT[0] as string, dir, ...INIT.slice(1), '--destination', 'a,b');
  expect(ended).toMatchObject({ code: EXIT.usage });
  expect(ended.stderr).toContain('Repeat the flag');
});
