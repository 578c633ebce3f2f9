import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startReceiver } from '@create-something/loom/receiver';
import { expect, it } from 'vitest';
import { CALLS, callEverything, unexpectedAnswers } from '../harness/calls.js';
import { connectClient } from '../harness/client.js';
import { differences, hashFiles } from '../harness/files.js';
import { copyFixture } from '../harness/fixture.js';
import { observe } from '../harness/observe.js';
import { mustRun } from '../harness/process.js';
import { root } from '../harness/root.js';
import { bootWorker } from '../harness/worker.js';
import { cleanups } from './cleanups.js';

const later = cleanups();
const calls = CALLS['sdk-v2'];

// The fixture's node_modules link to this repository, including our packages, so nothing is installed.
async function instrumented() {
  const fixture = await copyFixture('sdk-v2', { modules: 'link' });
  later(fixture.remove);
  const before = await hashFiles(fixture.dir);
  const made = await observe(['init', '--yes', '--no-install'], fixture.dir);
  expect(made.code, made.stderr).toBe(0);
  return { dir: fixture.dir, before };
}

it.each(['v1', 'v2'] as const)(
  'a stateless SDK v2 server sends one trace per call of an SDK %s client',
  async (sdk) => {
    const { dir } = await instrumented();
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
    const client = await connectClient(`${worker.url}/mcp`, sdk);
    later(client.close);

    const answers = await callEverything(client, calls);
    // The server is observed, so the list of tools is a trace.
    const isCall = ({ metadata }: { metadata: Readonly<Record<string, unknown>> }) =>
      metadata['mcp.method.name'] === 'tools/call';
    await expect.poll(() => receiver.traces().filter(isCall).length, { timeout: 30_000 }).toBe(calls.length);
    const traces = receiver.traces().filter(isCall);

    expect(unexpectedAnswers(answers)).toEqual([]);
    const seen = traces
      .toSorted((a, b) => a.startMs - b.startMs)
      .map(({ name, level, input }) => ({ name, level, input }));
    expect(seen).toEqual(
      calls.map((call) => ({
        name: `tide-tables:${call.tool}`,
        level: 'fails' in call ? 'ERROR' : 'DEFAULT',
        // A tool without arguments has no input.
        input: Object.keys(call.input).length > 0 ? call.input : undefined,
      })),
    );
  },
);

it('the traced source type-checks, has no findings, and is restored byte for byte', async () => {
  const { dir, before } = await instrumented();
  await mustRun(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', dir], { cwd: dir });

  const checked = await observe(['check'], dir);
  expect(checked.code, checked.stdout + checked.stderr).toBe(0);

  const removed = await observe(['remove', '--yes'], dir);
  expect(removed.code, removed.stdout + removed.stderr).toBe(0);
  expect(differences(before, await hashFiles(dir))).toEqual([]);
});

it('without keys the Worker works as before and sends nothing', async () => {
  const { dir } = await instrumented();
  const receiver = await startReceiver();
  later(() => receiver.close());
  // The address alone does not enable sending.
  const worker = await bootWorker(dir, { vars: { LANGFUSE_BASE_URL: receiver.url } });
  later(worker.stop);
  const client = await connectClient(`${worker.url}/mcp`, 'v2');
  later(client.close);

  expect(unexpectedAnswers(await callEverything(client, calls))).toEqual([]);
  await worker.stop();
  expect(receiver.traces()).toEqual([]);
  expect(await readFile(join(dir, 'src/index.ts'), 'utf8')).toContain('createTrace');
});
