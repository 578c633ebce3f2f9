import { WorkerEntrypoint, waitUntil } from 'cloudflare:workers';
import { contextOf } from './context.js';
import type { Env, MessageBatch } from './env.js';
import { tellPages } from './live.js';
import { takeQueued } from './queue.js';
import { respond } from './respond.js';
import { keepWithin } from './retention.js';

export { Live } from './live.js';

/** A team's server: what `@create-something/loom/worker` gives a Worker to export. */
export default {
  /** The receiver's API, the page and its views. */
  fetch(request: Request, env: Env): Promise<Response> {
    return respond(request, env);
  },

  /** Deletes what is too old or too much. For a cron trigger, once an hour. */
  async scheduled(_event: unknown, env: Env): Promise<void> {
    const { sql } = contextOf(env, waitUntil);
    await keepWithin(sql, env, Date.now());
  },

  /** Writes what the Queue held while the database was overloaded. */
  async queue(batch: MessageBatch, env: Env): Promise<void> {
    const { direct } = contextOf(env, waitUntil);
    const changed = await takeQueued(batch, direct);
    if (changed.size > 0) {
      tellPages(env, { waitUntil });
    }
  },
};

/** For Workers of the same account: whoever is bound to it may write without a key. `props.name` says who. */
export class Ingest extends WorkerEntrypoint<Env, { readonly name?: string } | undefined> {
  override fetch(request: Request): Promise<Response> {
    const props = (this.ctx as { readonly props?: { readonly name?: string } }).props;
    return respond(request, this.env, { by: 'binding', id: props?.name ?? 'service binding', service: null });
  }
}
