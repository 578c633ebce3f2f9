import { readAgentRequests } from '../ingest/agent-events.js';
import { recordRequests } from '../ingest/native.js';
import { print } from '../output.js';
import { loadPricer } from '../prices/pricer.js';
import { renderTrace } from '../receiver/render.js';
import { startReceiver } from '../receiver/server.js';
import { SqliteTraceStore } from '../receiver/sqlite/store.js';
import { MemoryTraceStore } from '../receiver/store.js';
import { findLoomDir } from '../store/folder.js';
import { openLoom } from '../store/open.js';
import { endForwarding } from '../sync/forward.js';
import { cannotListen, requireNetworkWord, withListening } from './listen-options.js';
import { readRetention, withRetention } from './retention-options.js';
import { command } from './spec.js';

/** A trace may come in several exports; it is shown once nothing has come for this long. */
const SETTLED_MS = 250;
/** Without a `.loom` folder; this much is for late spans and for reading back. */
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
    const shown = new Set<string>();
    const waiting = new Map<string, NodeJS.Timeout>();
    const show = (id: string) => {
      clearTimeout(waiting.get(id));
      waiting.delete(id);
      const trace = store.trace(id);
      // Only a score has come, or it was forgotten for newer ones.
      if (!trace) {
        return;
      }
      const again = shown.has(trace.id) ? '\n(again, with what has come since)' : '';
      shown.add(trace.id);
      print({ data: trace, text: `${renderTrace(trace, { color: process.stdout.isTTY })}${again}\n` }, json);
    };
    const server = await startReceiver({
      port,
      host,
      store,
      ...(db
        ? {
            onLogs: (body: unknown) => {
              recordRequests(db, readAgentRequests(body));
            },
          }
        : {}),
      onChange: (traceIds) => {
        for (const id of traceIds) {
          clearTimeout(waiting.get(id));
          waiting.set(id, setTimeout(show, SETTLED_MS, id));
        }
      },
    }).catch((error: NodeJS.ErrnoException) => {
      throw cannotListen(error, host, port);
    });
    // Words go to stderr, so that with --json stdout holds traces and nothing else.
    process.stderr.write(
      `Receiving on ${server.url}; stop with Ctrl-C.\nPoint a Worker here: LANGFUSE_BASE_URL=${server.url} and any LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY.\n${db ? agentHint(server.url) : ''}`,
    );
    await new Promise<void>((resolve) => {
      process.once('SIGINT', resolve);
      process.once('SIGTERM', resolve);
    });
    await server.close();
    for (const id of [...waiting.keys()]) {
      show(id);
    }
    db?.close();
    return { data: { traces: shown.size }, text: `Traces received: ${shown.size}.` };
  },
});

/** Claude Code takes these from its own environment only, so nothing can set them for it. */
function agentHint(url: string): string {
  return `Claude Code: CLAUDE_CODE_ENABLE_TELEMETRY=1 OTEL_LOGS_EXPORTER=otlp OTEL_EXPORTER_OTLP_PROTOCOL=http/json OTEL_EXPORTER_OTLP_ENDPOINT=${url}\n`;
}
