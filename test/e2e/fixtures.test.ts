import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CALLS, callEverything, unexpectedAnswers } from '../harness/calls.js';
import { connectClient } from '../harness/client.js';
import { differences, hashFiles } from '../harness/files.js';
import { copyFixture, type FixtureName } from '../harness/fixture.js';
import { mustRun } from '../harness/process.js';
import { root } from '../harness/root.js';
import { bootWorker } from '../harness/worker.js';
import { cleanups } from './cleanups.js';

const later = cleanups();

async function copy(name: FixtureName): Promise<string> {
  const fixture = await copyFixture(name, { modules: 'link' });
  later(fixture.remove);
  return fixture.dir;
}

async function connect(dir: string, sdk: 'v1' | 'v2', vars: Record<string, string> = {}) {
  const worker = await bootWorker(dir, { vars });
  later(worker.stop);
  const client = await connectClient(`${worker.url}/mcp`, sdk);
  later(client.close);
  return client;
}

describe.each(['demo', 'sdk-v2'] as const)('the unchanged fixture Worker %s', (name) => {
  it('type-checks', async () => {
    const dir = await copy(name);
    await mustRun(process.execPath, [`${root}/node_modules/typescript/bin/tsc`, '-p', dir], { cwd: dir });
  });

  it.each(['v1', 'v2'] as const)('answers every tool call of an SDK %s client', async (sdk) => {
    const client = await connect(await copy(name), sdk);
    const answers = await callEverything(client, CALLS[name]);
    expect(unexpectedAnswers(answers)).toEqual([]);
  });
});

describe('bootWorker', () => {
  const brest = { station: 'brest', day: '2026-05-01' };

  it('lets wrangler read .dev.vars, and overrides its variables', async () => {
    const dir = await copy('sdk-v2');
    await writeFile(join(dir, '.dev.vars'), 'DATUM_OFFSET=1.85\n');
    const fromFile = await connect(dir, 'v2');
    expect(await fromFile.callTool('get_high_waters', brest)).toMatchObject({
      structuredContent: { heights: [{ meters: 4 }, { meters: 4 }] },
    });
    const given = await connect(dir, 'v2', { DATUM_OFFSET: '7.85' });
    expect(await given.callTool('get_high_waters', brest)).toMatchObject({
      structuredContent: { heights: [{ meters: 10 }, { meters: 10 }] },
    });
  });

  it('leaves the folder unchanged', async () => {
    const dir = await copy('demo');
    const before = await hashFiles(dir, { skip: ['node_modules'] });
    const worker = await bootWorker(dir);
    await worker.stop();
    expect(differences(before, await hashFiles(dir, { skip: ['node_modules'] }))).toEqual([]);
  });

  it('reports a Worker that can’t be bundled, with the reason', async () => {
    const dir = await copy('sdk-v2');
    await appendFile(join(dir, 'src/index.ts'), 'import "./nowhere";\n');
    await expect(bootWorker(dir)).rejects.toThrow(/Could not resolve "\.\/nowhere"/);
  });
});
