import { basename, dirname } from 'node:path';
import { readAssets } from '../dashboard/assets.js';
import { startDashboard } from '../dashboard/server.js';
import { dashboardToken } from '../dashboard/token.js';
import { EXIT, LoomError } from '../errors.js';
import { drainSpool } from '../hooks/spool.js';
import { readAgentRequests } from '../ingest/agent-events.js';
import { recordRequests } from '../ingest/native.js';
import { receiverHandler } from '../receiver/server.js';
import { MemoryTraceStore } from '../receiver/store.js';
import { requireLoomDir } from '../store/folder.js';
import { openLoom, openLoomForReading } from '../store/open.js';
import { command } from './spec.js';

export const dashboard = command({
  builder: (yargs) =>
    yargs
      .option('port', { type: 'number', default: 4319, describe: 'Port to listen on; 0 takes any free one' })
      .option('host', { type: 'string', default: '127.0.0.1', describe: 'Address to listen on' }),
  run: async ({ port, host, cwd }) => {
    const loomDir = requireLoomDir(cwd);
    const db = openLoom(loomDir, { durability: 'fast' });
    const reading = openLoomForReading(loomDir);
    drainSpool(db, loomDir);
    const server = await startDashboard({
      port,
      host,
      token: dashboardToken(loomDir),
      db: reading,
      assets: readAssets(),
      receive: receiverHandler({
        store: new MemoryTraceStore(),
        onTrace: (trace) => server.traceChanged(trace.id),
        onLogs: (body) => {
          recordRequests(db, readAgentRequests(body));
        },
      }),
      now: Date.now,
      context: () => ({
        project: basename(dirname(loomDir)),
        platform: async () => ({ note: 'Not asked yet.', source: null, spans: [] }),
        links: () => [],
      }),
    }).catch((error: NodeJS.ErrnoException) => {
      throw new LoomError(
        error.code === 'EADDRINUSE'
          ? `Port ${port} on ${host} is taken.`
          : `Can't listen on ${host}:${port}: ${error.message}`,
        'Choose another with --port, or --port 0 for any free one.',
        EXIT.conflict,
      );
    });
    process.stderr.write(`Dashboard: ${server.openUrl}\nStop with Ctrl-C.\n`);
    await new Promise<void>((resolve) => {
      process.once('SIGINT', resolve);
      process.once('SIGTERM', resolve);
    });
    await server.close();
    reading.close();
    db.close();
    return { data: { url: server.url }, text: '' };
  },
});
