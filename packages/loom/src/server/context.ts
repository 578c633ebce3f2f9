import type { ViewContext } from '../dashboard/views/view.js';
import { Budget } from '../http/budget.js';
import { Refused } from '../http/refused.js';
import type { ReceivingStore } from '../receiver/store.js';
import type { Sql } from '../store/sql.js';
import { D1Sql } from './d1.js';
import type { Env } from './env.js';
import { type Forwarding, readForwarding } from './forwarding.js';
import { ISOLATE_BYTES } from './gate/body.js';
import { readAccess } from './gate/cloudflare-access.js';
import { Gate } from './gate/gate.js';
import { serverHome } from './home.js';
import { pricer } from './pricer.js';
import { QueuedStore } from './queue.js';
import { D1TraceStore } from './store.js';

/** Everything that an isolate creates once. */
export interface ServerContext {
  readonly sql: Sql;
  readonly gate: Gate;
  readonly budget: Budget;
  /** To a Langfuse project, if one is configured. */
  readonly forwarding: Forwarding | undefined;
  /** Writes directly to the database. */
  readonly direct: ReceivingStore;
  /** `direct`, or a store that can also write to the Queue. */
  readonly store: ReceivingStore;
  readonly viewing: (receiverUrl: string) => ViewContext;
}

const contexts = new WeakMap<object, ServerContext>();

/** @param later keeps the Worker alive until the work is done */
export function contextOf(env: Env, later: (work: Promise<unknown>) => void): ServerContext {
  if (!env.DB) {
    throw new Refused(500, 'There is no binding DB. `lm deploy --check` lists what is missing.');
  }
  const known = contexts.get(env.DB);
  if (known) {
    return known;
  }
  const sql = new D1Sql(env.DB);
  const { forwarding, problem } = readForwarding(env, sql);
  if (problem !== undefined) {
    // biome-ignore lint/suspicious/noConsole: the log of a Worker is its console
    console.error(problem);
  }
  const stored = new D1TraceStore(sql, pricer, Date.now);
  const direct = forwarding ? forwarding.before(stored) : stored;
  const home = serverHome(sql, problem);
  const context: ServerContext = {
    sql,
    gate: new Gate({
      sql,
      now: Date.now,
      access: readAccess(env.ACCESS_TEAM, env.ACCESS_AUD),
      rateLimit: env.RATE_LIMIT,
      later,
    }),
    budget: new Budget(ISOLATE_BYTES),
    forwarding,
    direct,
    store: new QueuedStore(direct, env.QUEUE, Date.now),
    viewing: (receiverUrl) => ({
      db: sql,
      home,
      now: Date.now(),
      project: env.PROJECT ?? new URL(receiverUrl).hostname,
      receiverUrl,
      langfuseUrl: null,
      platform: async () => ({
        note: 'To see spans of the platform, use `lm dashboard`.',
        source: null,
        production: null,
        spans: [],
      }),
    }),
  };
  contexts.set(env.DB, context);
  return context;
}
