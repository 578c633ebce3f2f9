import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { serverFiles } from '../../packages/loom/src/deploy/files.js';
import { writeServer } from '../../packages/loom/src/deploy/record.js';
import { EXIT } from '../../src/core/error-codes.js';
import { observeHere } from '../checks/in-process.js';
import { hashFiles } from '../harness/files.js';
import { commitAll } from '../support/cli.js';
import { INIT, installWrangler, jsonc, repository, worker } from './repository.js';

const init = (dir: string, ...args: string[]) => observeHere('init', dir, ...INIT.slice(1), ...args);

const TOML = `name = "calc"
main = "src/index.ts"
compatibility_date = "2026-04-20"

[[services]]
binding = "CART"
service = "cart"

[env.staging]
name = "calc-staging"
`;

it.each<[string, Record<string, string>, string, string[]]>([
  [
    'a binding in JSON, for each environment',
    {
      'wrangler.jsonc': jsonc(
        'calc',
        ',\n  // ours\n  "env": {\n    "staging": { "name": "calc-staging" }\n  }',
      ),
    },
    'loom-shop',
    ['"services": [', '"binding": "OBSERVE_SERVER"', '"service": "loom-shop"', '"entrypoint": "Ingest"'],
  ],
  [
    'a binding in JSON, next to others',
    { 'wrangler.jsonc': jsonc('calc', ',\n  "services": [{ "binding": "CART", "service": "cart" }]') },
    'loom-shop',
    [
      '[{ "binding": "CART", "service": "cart" }, { "binding": "OBSERVE_SERVER", "service": "loom-shop", "entrypoint": "Ingest" }]',
    ],
  ],
  [
    'a binding in TOML',
    { 'wrangler.toml': TOML },
    'loom-shop',
    ['[[services]]\nbinding = "OBSERVE_SERVER"', '[[env.staging.services]]\nbinding = "OBSERVE_SERVER"'],
  ],
  [
    'an address in JSON, next to other variables',
    { 'wrangler.jsonc': jsonc('calc', ',\n  "vars": { "SHOP": "1" }') },
    'https://loom-shop.acme.workers.dev',
    ['"LANGFUSE_BASE_URL": "https://loom-shop.acme.workers.dev"'],
  ],
  [
    'an address in TOML',
    { 'wrangler.toml': TOML },
    'https://traces.example.com/',
    ['[vars]\nLANGFUSE_BASE_URL = "https://traces.example.com"', '[env.staging.vars]'],
  ],
])('init --server: %s, recorded, checked and removed byte for byte', async (_, config, server, says) => {
  const dir = repository(worker('.', config));
  const before = await hashFiles(dir);
  const [name = ''] = Object.keys(config);
  const text = () => readFileSync(join(dir, name), 'utf8');
  const was = text();
  expect(await init(dir, '--server', server)).toMatchObject({ code: EXIT.ok });
  for (const part of says) expect(text()).toContain(part);
  commitAll(dir);
  expect((await init(dir)).stdout).toContain('Nothing to do');
  expect((await observeHere('check', dir)).code).toBe(EXIT.ok);
  // A person removes the binding, and check reports it.
  const set = text();
  writeFileSync(join(dir, name), was);
  expect((await observeHere('check', dir)).stdout).toContain('wrangler/server-missing');
  writeFileSync(join(dir, name), set);
  expect(await observeHere('remove', dir, '--yes')).toMatchObject({ code: EXIT.ok });
  expect(await hashFiles(dir)).toEqual(before);
});

it('Wrangler reads the new settings, and nothing else changed', async () => {
  const dir = repository(worker('.', { 'wrangler.jsonc': jsonc('calc', ',\n  "vars": { "SHOP": "1" }') }));
  installWrangler(dir);
  for (const server of ['loom-shop', 'https://loom-shop.acme.workers.dev']) {
    const ended = await init(dir, '--force', '--server', server);
    expect(ended).toMatchObject({ code: EXIT.ok });
    expect(ended.stdout + ended.stderr).not.toContain('proof-failed');
  }
});

it('another existing server stays, and is reported', async () => {
  const services =
    '"services": [{ "binding": "OBSERVE_SERVER", "service": "other", "entrypoint": "Ingest" }]';
  const dir = repository(worker('.', { 'wrangler.jsonc': jsonc('calc', `,\n  ${services}`) }));
  const ended = await init(dir, '--server', 'loom-shop');
  expect(ended.stdout + ended.stderr).toContain('names another server');
  expect(readFileSync(join(dir, 'wrangler.jsonc'), 'utf8')).toContain(services);
});

it.each(['http://loom.example.com', 'https://loom.example.com/api', 'Loom Shop', 'ftp://x', ''])(
  '--server %j is refused',
  async (server) => {
    const dir = repository(worker('.', { 'wrangler.jsonc': jsonc('calc') }));
    expect(await init(dir, '--server', server)).toMatchObject({ code: EXIT.usage });
  },
);

it('remove deletes the files of lm deploy, and keeps changed ones', async () => {
  const dir = repository(worker('.', { 'wrangler.jsonc': jsonc('calc') }));
  const before = await hashFiles(dir);
  const options = { name: 'loom-calc', queue: false, live: true };
  const deploy = () => writeServer(join(dir, '.loom'), serverFiles(options), { url: null, options });
  await init(dir);
  deploy();
  commitAll(dir);
  await observeHere('remove', dir, '--yes');
  expect(await hashFiles(dir)).toEqual(before);
  mkdirSync(join(dir, '.loom'), { recursive: true });
  await init(dir, '--force');
  deploy();
  writeFileSync(join(dir, '.loom/server/worker.js'), '// mine\n');
  commitAll(dir);
  const ended = await observeHere('remove', dir, '--yes');
  expect(ended.stdout + ended.stderr).toContain('worker.js was changed since `lm deploy` wrote it');
  expect([...(await hashFiles(dir)).keys()].filter((path) => path.includes('server/'))).toEqual([
    '.loom/server/',
    '.loom/server/worker.js',
  ]);
});
