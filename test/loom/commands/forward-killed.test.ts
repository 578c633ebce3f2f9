import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { startReceiver } from '../../../packages/loom/src/receiver/index.js';
import { tempDir } from '../../support/folder.js';
import { bareEnv, data, LM, lmStarted } from '../project.js';
import { exportOf, post, span, TRACES } from '../receiver/exports.js';

const TRACES_A_RUN = 40;
/** A request without a response by then was never answered, so it need not arrive. */
const ANSWER_MS = 3000;

/** `lm dashboard` that receives traces. The test decides how it ends. */
async function started(cwd: string, env: Record<string, string>, ...words: string[]) {
  const child = spawn(process.execPath, [LM, 'dashboard', '--port', '0', ...words], {
    cwd,
    env: bareEnv(cwd, env),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  for await (const chunk of child.stderr) {
    said += chunk;
    const url = /at (http:\/\/[\d.:]+);/.exec(said)?.[1];
    if (url) {
      const end = async (signal: NodeJS.Signals) => {
        const closed = once(child, 'exit');
        child.kill(signal);
        await closed;
      };
      return { url, end };
    }
  }
  throw new Error(said);
}

it('lm dashboard --forward that is killed repeatedly loses nothing and sends nothing twice', async () => {
  const dir = tempDir();
  const server = await startReceiver({ version: '4.16.0' });
  onTestFinished(() => server.close());
  const env = {
    LANGFUSE_PUBLIC_KEY: 'pk',
    LANGFUSE_SECRET_KEY: 'sk',
    LANGFUSE_BASE_URL: server.url,
    LOOM_SYNC_SETTLE_MS: '200',
  };
  const taken: string[] = [];
  // Before the queue is filled for the first time, while it is sent, and after.
  for (const ms of [0, 1700, 2300]) {
    const { url, end } = await started(dir, env, '--forward');
    const killed = wait(ms).then(() => end('SIGKILL'));
    for (let n = 0; n < TRACES_A_RUN; n += 1) {
      const traceId = (taken.length + 1).toString(16).padStart(32, '0');
      // In Node 20, a fetch can hang forever if its server is killed while it connects.
      const answer = await Promise.race([
        post(url, TRACES, exportOf(span({ traceId }))).catch(() => undefined),
        wait(ANSWER_MS, undefined),
      ]);
      if (answer?.status !== 200) {
        break;
      }
      taken.push(traceId);
      await wait(ms / TRACES_A_RUN);
    }
    await killed;
  }
  // The next receiver finishes the last run's queue. This one does not forward.
  await (await started(dir, env)).end('SIGTERM');
  expect(data(await lmStarted(dir, ['sync', '--json'], env))).toMatchObject({ left: 0, dead: 0 });
  // How many a run takes before it is killed depends on the machine.
  expect(taken.length).toBeGreaterThan(0);
  const arrived = server.traces();
  expect(arrived.map(({ id }) => id).filter((id) => taken.includes(id))).toHaveLength(taken.length);
  expect(arrived.flatMap(({ duplicates }) => duplicates)).toEqual([]);
});
