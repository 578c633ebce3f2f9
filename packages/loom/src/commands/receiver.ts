import { randomBytes } from 'node:crypto';
import { dashboardToken } from '../dashboard/token.js';
import { keysOf } from '../http/keys.js';
import { isLoopback } from '../http/loopback.js';
import { print } from '../output.js';
import { loadPricer } from '../prices/pricer.js';
import { renderTrace } from '../receiver/render.js';
import { startReceiver } from '../receiver/server.js';
import { SqliteTraceStore } from '../receiver/sqlite/store.js';
import { MemoryTraceStore } from '../receiver/store.js';
import { findLoomDir } from '../store/folder.js';
import { openLoom } from '../store/open.js';
import { optimize } from '../store/optimize.js';
import { endForwarding } from '../sync/forward.js';
import { agentLogs, grpcNote, metricsNote } from './agent-logs.js';
import { cannotListen, DEFAULT_PORT, requireNetworkWord, withListening } from './listen-options.js';
import { readRetention, withRetention } from './retention-options.js';
import { command } from './spec.js';
import { settingsHint, workerSettings } from './where-to-send.js';

/** A trace may arrive in several exports. It is printed after this time without new data. */
const SETTLED_MS = 250;
/** Maximum number of traces in memory without a `.loom` folder. Late spans and reads need them. */
const TRACES_KEPT = 1000;

export const receiver = command({
  builder: (yargs) => withRetention(withListening(yargs)),
  run: async ({ port, host, allowNetwork, json, cwd, ...flags }) => {
    requireNetworkWord(
      host,
      allowNetwork,
      'to send what is kept here as if it were yours, and to ask what is',
    );
    const keep = readRetention(flags);
    const loomDir = findLoomDir(cwd);
    const db = loomDir ? openLoom(loomDir, { durability: 'fast' }) : undefined;
    if (db) {
      endForwarding(db);
    }
    const store =
      loomDir && db
        ? new SqliteTraceStore(db, { pricer: await loadPricer(loomDir), keep })
        : new MemoryTraceStore(TRACES_KEPT);
    const keys = keysOf(loomDir && db ? dashboardToken(loomDir) : randomBytes(16).toString('hex'));
    const shown = new Set<string>();
    const waiting = new Map<string, NodeJS.Timeout>();
    const show = (id: string) => {
      clearTimeout(waiting.get(id));
      waiting.delete(id);
      const trace = store.trace(id);
      // Only a score arrived, or the trace was removed for newer ones.
      if (!trace) {
        return;
      }
      const again = shown.has(trace.id) ? '\n(again, with newer data)' : '';
      shown.add(trace.id);
      print({ data: trace, text: `${renderTrace(trace, { color: process.stdout.isTTY })}${again}\n` }, json);
    };
    const server = await startReceiver({
      port,
      host,
      store,
      keys,
      onMetrics: metricsNote(say),
      onGrpc: grpcNote(say),
      ...(db && loomDir ? { onLogs: agentLogs(db, loomDir, process.env, say) } : {}),
      onChange: (traceIds) => {
        for (const id of traceIds) {
          clearTimeout(waiting.get(id));
          waiting.set(id, setTimeout(show, SETTLED_MS, id));
        }
      },
    }).catch((error: NodeJS.ErrnoException) => {
      throw cannotListen(error, host, port);
    });
    const words = [
      `Receiving on ${server.url}; stop with Ctrl-C.`,
      ...(db
        ? [settingsHint(server.url, DEFAULT_PORT)]
        : ['Settings for a Worker:', workerSettings({ url: server.url, keys })]),
      ...(isLoopback(host) ? [] : ['Other machines need the keys of these settings.']),
    ];
    for (const line of words) {
      say(line);
    }
    await new Promise<void>((resolve) => {
      process.once('SIGINT', resolve);
      process.once('SIGTERM', resolve);
    });
    await server.close();
    for (const id of [...waiting.keys()]) {
      show(id);
    }
    if (db) {
      optimize(db);
      db.close();
    }
    return { data: { traces: shown.size }, text: `Traces received: ${shown.size}.` };
  },
});

/** To stderr, because stdout has only traces. */
function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
