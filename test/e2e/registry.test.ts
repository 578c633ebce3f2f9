import { lstat, readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startReceiver } from '@create-something/loom/receiver';
import { expect, it } from 'vitest';
import { CALLS, callEverything, unexpectedAnswers } from '../harness/calls.js';
import { connectClient } from '../harness/client.js';
import { differences, hashFiles, installedSize } from '../harness/files.js';
import { copyFixture } from '../harness/fixture.js';
import { npmEnv } from '../harness/npm.js';
import { observe } from '../harness/observe.js';
import { run } from '../harness/process.js';
import { scratchFolder } from '../harness/scratch.js';
import { bootWorker } from '../harness/worker.js';
import { cleanups } from './cleanups.js';
import { sharedRegistry } from './registry/shared.js';

const later = cleanups();
const INSTALL_FAILED = 8;

it('npx create-something-observe init works from a registry, and leaves a project unchanged if it fails', async () => {
  const empty = await emptyRegistry();
  later(empty.stop);
  const { dir: scratch, remove } = scratchFolder();
  later(remove);
  const fixture = await copyFixture('sdk-v2', { modules: 'install' });
  later(fixture.remove);
  const { dir } = fixture;
  // A new cache. Otherwise npx would run the package of an earlier run with the same version.
  const env = {
    ...npmEnv(),
    npm_config_registry: sharedRegistry(),
    npm_config_cache: join(scratch, 'cache'),
  };

  const before = await hashFiles(dir);
  const early = await observe(['init', '--yes'], dir, {
    ...env,
    npm_config_registry: empty.url,
    npm_config_cache: join(scratch, 'early'),
  });
  expect(early.code, early.stdout + early.stderr).toBe(INSTALL_FAILED);
  expect(early.stderr).toContain('--packages');
  expect(differences(before, await hashFiles(dir))).toEqual([]);

  const npx = (...words: string[]) =>
    run('npx', ['--yes', 'create-something-observe', ...words], { cwd: dir, env });
  const made = await npx('init', '--yes');
  expect(made.code, made.stdout + made.stderr).toBe(0);
  // A user of npx waits for this download. bench/cold-start compares it with other set-up tools.
  const [npxFolder] = await readdir(join(scratch, 'cache/_npx'));
  const size = await installedSize(join(scratch, 'cache/_npx', npxFolder as string, 'node_modules'));
  expect(size.packages).toBe(1);
  expect(size.bytes).toBeLessThan(9e6);
  expect(JSON.parse(await readFile(join(dir, 'package.json'), 'utf8')).dependencies).toMatchObject({
    '@create-something/observability': expect.stringMatching(/^\^\d+\.\d+\.\d+$/),
  });
  const installed = await lstat(join(dir, 'node_modules/@create-something/observability'));
  expect(installed.isSymbolicLink()).toBe(false);

  const receiver = await startReceiver();
  later(() => receiver.close());
  const worker = await bootWorker(dir, {
    vars: {
      LANGFUSE_PUBLIC_KEY: 'pk-lf-test',
      LANGFUSE_SECRET_KEY: 'sk-lf-test',
      LANGFUSE_BASE_URL: receiver.url,
    },
  });
  later(worker.stop);
  const client = await connectClient(`${worker.url}/mcp`, 'v2');
  later(client.close);
  const calls = CALLS['sdk-v2'];
  expect(unexpectedAnswers(await callEverything(client, calls))).toEqual([]);
  // The server is observed, so the handshake and the list of tools are traces.
  const isCall = ({ metadata }: { metadata: Readonly<Record<string, unknown>> }) =>
    metadata['mcp.method.name'] === 'tools/call';
  await expect.poll(() => receiver.traces().filter(isCall).length, { timeout: 30_000 }).toBe(calls.length);

  const checked = await npx('check');
  expect(checked.code, checked.stdout + checked.stderr).toBe(0);
});

/** A registry without packages. */
async function emptyRegistry(): Promise<{ url: string; stop(): Promise<void> }> {
  const server = createServer((_, response) => {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"not found"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
