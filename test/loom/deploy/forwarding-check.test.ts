import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { doctor } from '../../../packages/loom/src/commands/doctor.js';
import { knownMigrations } from '../../../packages/loom/src/store/migrations.js';
import { fakeWrangler } from './fake-wrangler.js';
import { run, shop } from './shop.js';

const ALL = ['LANGFUSE_PUBLIC_KEY', 'LANGFUSE_SECRET_KEY', 'LANGFUSE_BASE_URL'];
const STATE = { after: 7, sent: 449, failed: 1, problem: null };

interface Check {
  readonly name: string;
  readonly level: string;
  readonly says: string;
  readonly fix?: string;
}

/** A deployed server, and what `--check` says about forwarding. */
async function deployed() {
  const { dir, server, read } = shop();
  const wrangler = fakeWrangler(dir);
  await run(dir, { yes: true });
  const forwarding = async (state?: object, waiting = 0) => {
    wrangler.answer({
      'SELECT 1 AS yes': [{ yes: 1 }],
      'SELECT name FROM d1_migrations': knownMigrations().map(({ name }) => ({ name })),
      'SELECT value': state ? [{ value: JSON.stringify(state), waiting }] : [],
    });
    const { data } = await run(dir, { check: true });
    return (data as { checks: Check[] }).checks.filter(({ name }) => name === 'forwarding');
  };
  const setVars = (vars: object) =>
    writeFileSync(
      join(server, 'wrangler.jsonc'),
      read('wrangler.jsonc').replace(/\n}\n$/, `,\n  "vars": ${JSON.stringify(vars)}\n}\n`),
    );
  return { dir, wrangler, forwarding, setVars };
}

it('says that forwarding is off, and how to turn it on', async () => {
  const { forwarding } = await deployed();
  expect(await forwarding()).toEqual([
    expect.objectContaining({
      level: 'ok',
      says: 'off: traces stay on this server',
      fix: expect.stringContaining('npx wrangler secret put'),
    }),
  ]);
});

it('names the setting that is missing', async () => {
  const { wrangler, forwarding } = await deployed();
  wrangler.secrets('LANGFUSE_PUBLIC_KEY', 'LANGFUSE_BASE_URL');
  expect(await forwarding(STATE)).toEqual([
    expect.objectContaining({
      level: 'problem',
      says: 'nothing is forwarded: LANGFUSE_SECRET_KEY is not set',
      fix: 'Run `npx wrangler secret put LANGFUSE_SECRET_KEY` in .loom/server.',
    }),
  ]);
});

it('says how much was sent, and why nothing is sent now', async () => {
  const { wrangler, forwarding, setVars } = await deployed();
  wrangler.secrets(...ALL.slice(0, 2));
  setVars({ LANGFUSE_BASE_URL: 'https://langfuse.test' });
  expect(await forwarding()).toMatchObject([{ level: 'note', says: 'on, and no trace has arrived since' }]);
  expect(await forwarding(STATE, 3)).toEqual([
    { name: 'forwarding', level: 'ok', says: 'on: 449 sent, 3 waiting, 1 rejected by Langfuse' },
  ]);
  const failing = { ...STATE, problem: 'HTTP 401' };
  expect(await forwarding(failing, 3)).toEqual([
    expect.objectContaining({
      level: 'problem',
      says: 'it fails: HTTP 401 (449 sent, 3 waiting, 1 rejected by Langfuse)',
      fix: expect.stringContaining('Check the keys'),
    }),
  ]);
});

it('says what it cannot know, and which value is in the wrong place', async () => {
  const { dir, wrangler, forwarding, setVars } = await deployed();
  wrangler.fail('secret list');
  expect(await forwarding(STATE)).toMatchObject([
    { level: 'note', says: expect.stringContaining('unknown'), fix: expect.stringContaining('secret list') },
  ]);
  const diagnosed = async () => {
    const { data } = await doctor.run({ _: [], $0: 'lm', cwd: dir, json: true, fix: false } as never);
    return (data as { checks: Check[] }).checks.filter(({ name }) => name === 'server forwarding');
  };
  expect(await diagnosed()).toEqual([
    expect.objectContaining({ level: 'ok', fix: expect.stringContaining('lm deploy --check') }),
  ]);
  setVars({ LANGFUSE_SECRET_KEY: 'sk-lf-test' });
  const plain = { level: 'problem', says: 'wrangler.jsonc holds LANGFUSE_SECRET_KEY as plain text' };
  expect(await forwarding()).toMatchObject([plain]);
  expect(await diagnosed()).toMatchObject([plain]);
});

it('reads the address that wrangler.jsonc sets', async () => {
  const { forwarding, setVars } = await deployed();
  setVars({ LANGFUSE_BASE_URL: 'langfuse.test' });
  expect(await forwarding()).toMatchObject([
    { level: 'problem', says: 'LANGFUSE_BASE_URL in wrangler.jsonc is not an address' },
  ]);
});
