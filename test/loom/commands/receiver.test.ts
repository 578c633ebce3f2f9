import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { printed } from '../../harness/process.js';
import { tempDir } from '../../support/folder.js';
import { bareEnv, LM, lmStarted, project } from '../project.js';
import { exportOf, post, span, TRACE_ID, TRACES } from '../receiver/exports.js';

/** Runs `lm receiver` like a user. Returns its address and its output. */
async function started(cwd: string, ...args: string[]) {
  const child = spawn(process.execPath, [LM, 'receiver', '--port', '0', ...args], { cwd, env: bareEnv(cwd) });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let stdout = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  const { input: words } = await printed(
    child,
    /Receiving on (http:\/\/[\d.:]+\d)[\s\S]*(?:lm dashboard|SECRET_KEY)[\s\S]*\n$/,
  );
  const url = /http:\/\/[\d.:]+\d/.exec(words)?.[0] ?? '';
  return {
    url,
    words,
    stop: async () => {
      child.kill('SIGINT');
      const [code] = await once(child, 'close');
      return { code, stdout };
    },
  };
}

it('prints each trace, also the last ones before Ctrl-C', async () => {
  const receiver = await started(tempDir());
  expect(receiver.words).toContain('LANGFUSE_BASE_URL=http://127.0.0.1:');
  await post(receiver.url, TRACES, exportOf(span()));
  const { code, stdout } = await receiver.stop();
  expect(code).toBe(0);
  expect(stdout).toContain('✓  calculator:add  12 ms  trace 4bf92f35');
  expect(stdout).toContain('Traces received: 1.');
});

it('prints only JSON with --json', async () => {
  const receiver = await started(tempDir(), '--json');
  await post(receiver.url, TRACES, exportOf(span()));
  const { stdout } = await receiver.stop();
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toMatchObject([
    { schema_version: 1, data: { name: 'calculator:add', root: { durationMs: 12 } } },
    { schema_version: 1, data: { traces: 1 } },
  ]);
});

it('stores data in .loom/loom.db, and sync does not send Loom’s own records to it', async () => {
  const { dir, db } = project();
  db.run(
    "INSERT INTO sessions(id, agent, source, started_at, last_seen_at) VALUES ('s', 'a', 'manual', 1, 1)",
  );
  db.run("INSERT INTO llm_calls(id, session_id, model, started_at) VALUES ('c', 's', 'm', 1)");
  const receiver = await started(dir, '--json', '--keep-traces', '1');
  await post(receiver.url, TRACES, exportOf(span({ traceId: 'b'.repeat(32) })));
  await post(receiver.url, TRACES, exportOf(span()));
  writeFileSync(
    join(dir, '.dev.vars'),
    `LANGFUSE_PUBLIC_KEY=pk\nLANGFUSE_SECRET_KEY=sk\nLANGFUSE_BASE_URL=${receiver.url}\n`,
  );
  expect(await lmStarted(dir, ['sync'])).toMatchObject({
    code: 8,
    stderr: expect.stringContaining('Set LANGFUSE_PUBLIC_KEY'),
  });
  expect(await lmStarted(dir, ['sync', '--traces'])).toMatchObject({ code: 8 });
  await receiver.stop();
  expect(db.all('SELECT id FROM traces')).toEqual([{ id: TRACE_ID }]);
  expect(db.all('SELECT sync FROM llm_calls')).toEqual([{ sync: 0 }]);
});

it('does not store empty data', async () => {
  expect(await lmStarted(tempDir(), ['receiver', '--keep-traces', '0'])).toMatchObject({ code: 64 });
});

it('reports a port in use', async () => {
  const receiver = await started(tempDir());
  const port = new URL(receiver.url).port;
  expect(await lmStarted(tempDir(), ['receiver', '--port', port])).toMatchObject({
    code: 4,
    stderr: expect.stringContaining(`Port ${port} on 127.0.0.1 is in use, perhaps by another dashboard`),
  });
  await receiver.stop();
});

it('accepts other machines only with a flag', async () => {
  const ran = await lmStarted(tempDir(), ['receiver', '--port', '0', '--host', '0.0.0.0'], {});
  expect([ran.code, ran.stderr]).toEqual([64, expect.stringContaining('--allow-network')]);
});
