import { spawn } from 'node:child_process';
import { expect, it, onTestFinished } from 'vitest';
import { Outbox } from '../../../packages/loom/src/sync/outbox.js';
import { bareEnv, LM, project } from '../project.js';
import { type FaultyServer, faultyServer, random } from './faulty-server.js';
import { fill } from './records.js';

/** A few batches for each kind of fault; SYNC_SPANS=3000 for a longer run. */
const SPANS = Number(process.env.SYNC_SPANS ?? 900);
const FAULTS = {
  tooMany: 0.1,
  brokenBefore: 0.08,
  brokenAfter: 0.08,
  noAnswer: 0.1,
  hangs: 0.02,
  visibleAfterMs: 100,
};

/**
 * Runs `lm sync` and kills it some time after its first request, unless it has ended by then. Returns whether
 * it was killed. The time is not counted from its start, because on a busy machine it could then do nothing.
 */
function syncFor(dir: string, server: FaultyServer, ms: number): Promise<boolean> {
  const child = spawn(process.execPath, [LM, 'sync', '--json', '--batch-size', '25'], {
    cwd: dir,
    stdio: 'ignore',
    env: bareEnv(dir, {
      LANGFUSE_PUBLIC_KEY: 'pk',
      LANGFUSE_SECRET_KEY: 'sk',
      LANGFUSE_BASE_URL: server.url,
      LOOM_SYNC_SETTLE_MS: '200',
    }),
  });
  let timer: NodeJS.Timeout | undefined;
  server.asked().then(() => {
    timer = setTimeout(() => child.kill('SIGKILL'), ms);
  });
  return new Promise((resolve) => {
    child.once('exit', (_, signal) => {
      clearTimeout(timer);
      resolve(signal === null);
    });
  });
}

it.each([1, 2])(
  'nothing is lost and nothing is sent twice, with any failure and any kill (seed %i)',
  async (seed) => {
    const { db, dir } = project();
    fill(db, SPANS);
    const server = await faultyServer(seed, FAULTS);
    onTestFinished(() => server.close());
    const next = random(seed * 7919);
    const outbox = new Outbox(db);
    let kills = 0;
    for (let runs = 0; outbox.open().queued + outbox.open().sending > 0; runs += 1) {
      expect(runs).toBeLessThan(200);
      kills += (await syncFor(dir, server, next() * 900)) ? 0 : 1;
    }
    const ids = server.spans.map((span) => span.spanId);
    expect({ written: ids.length, distinct: new Set(ids).size }).toEqual({ written: SPANS, distinct: SPANS });
    expect(outbox.status()).toMatchObject({ sent: SPANS, dead: 0, skipped: 0 });
    // The faults must have happened, or the test would prove nothing.
    expect(kills).toBeGreaterThan(0);
    for (const what of ['tooMany', 'brokenBefore', 'brokenAfter', 'noAnswer'] as const) {
      expect(server.counts[what], what).toBeGreaterThan(0);
    }
  },
  180_000,
);
