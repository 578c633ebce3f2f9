import { WorkerEntrypoint, waitUntil } from 'cloudflare:workers';
import { contextOf } from './context.js';
import type { Env, MessageBatch } from './env.js';
import { keepSums } from './keep-sums.js';
import { linkLate } from './late-links.js';
import { notifyPages } from './live.js';
import { writeQueued } from './queue.js';
import { respond } from './respond.js';
import { enforceRetention } from './retention.js';

export { Live } from './live.js';

/** A team's server: your Worker exports it from `@create-something/loom/worker`. */
export default {
  /** The receiver's API, the page and its views. */
  fetch(request: Request, env: Env): Promise<Response> {
    return respond(request, env);
  },

  /**
   * For a cron trigger, once an hour: forwards waiting data, deletes data beyond the limits, links traces to sessions
   * that arrived later, and updates the hourly sums. A failed step does not stop the others.
   */
  async scheduled(_event: unknown, env: Env): Promise<void> {
    const { sql, forwarding } = contextOf(env, waitUntil);
    const failures: unknown[] = [];
    for (const work of [
      () => forwarding?.now(),
      () => enforceRetention(sql, env, Date.now()),
      () => linkLate(sql),
      () => keepSums(sql),
    ]) {
      try {
        await work();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) {
      throw failures.length === 1 ? failures[0] : new AggregateError(failures);
    }
  },

  /** Writes messages that the Queue stored while the database was overloaded. */
  async queue(batch: MessageBatch, env: Env): Promise<void> {
    const { direct, forwarding } = contextOf(env, waitUntil);
    const changed = await writeQueued(batch, direct);
    if (changed.size > 0) {
      notifyPages(env, { waitUntil });
      forwarding?.schedule({ waitUntil });
    }
  },
};

/** For Workers of the same account: a bound Worker may write without a key. `props.name` is its name. */
export class Ingest extends WorkerEntrypoint<Env, { readonly name?: string } | undefined> {
  override fetch(request: Request): Promise<Response> {
    const props = (this.ctx as { readonly props?: { readonly name?: string } }).props;
    return respond(request, this.env, { by: 'binding', id: props?.name ?? 'service binding', service: null });
  }
}
