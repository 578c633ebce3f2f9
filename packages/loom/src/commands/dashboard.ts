import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { keepManySums } from '../cost/keep-sums.js';
import { readAssets } from '../dashboard/assets.js';
import { openInBrowser } from '../dashboard/browser.js';
import { forwardReceived } from '../dashboard/forwarding.js';
import { laptopHome } from '../dashboard/laptop.js';
import { cloudflareAccess } from '../dashboard/platform/cloudflare.js';
import { Platform } from '../dashboard/platform/platform.js';
import { reportAnswers, reportDocument } from '../dashboard/report.js';
import { startDashboard } from '../dashboard/server.js';
import { dashboardToken } from '../dashboard/token.js';
import type { ViewContext } from '../dashboard/views/view.js';
import { EXIT, LoomError } from '../errors.js';
import { drainSpool } from '../hooks/spool.js';
import { keysOf } from '../http/keys.js';
import { isLoopback } from '../http/loopback.js';
import { loadPricer } from '../prices/pricer.js';
import { routesFor } from '../receiver/server.js';
import { SqliteTraceStore } from '../receiver/sqlite/store.js';
import { watchRules } from '../rules/watch.js';
import type { Database } from '../store/database.js';
import { findLoomDir } from '../store/folder.js';
import { openLoom, openLoomForReading } from '../store/open.js';
import { optimize } from '../store/optimize.js';
import { writeScaffold } from '../store/scaffold.js';
import { LocalSql } from '../store/sql.js';
import { beginForwarding, endForwarding } from '../sync/forward.js';
import { addressOf, readForwardKeys } from '../sync/keys.js';
import { agentLogs, grpcNote, metricsNote } from './agent-logs.js';
import { cannotListen, DEFAULT_PORT, requireNetworkWord, withListening } from './listen-options.js';
import { readRetention, withRetention } from './retention-options.js';
import { command } from './spec.js';
import { settingsHint, settingsText } from './where-to-send.js';

const DEFAULT_WRANGLER = 'http://127.0.0.1:8787';

export const dashboard = command({
  builder: (yargs) =>
    withRetention(
      withListening(yargs)
        .option('forward', {
          type: 'boolean',
          default: false,
          describe: 'Also send received traces to Langfuse',
        })
        .option('open', { type: 'boolean', default: false, describe: 'Open the browser' })
        .option('wrangler', {
          type: 'string',
          default: DEFAULT_WRANGLER,
          describe: 'Address of `wrangler dev`, to read its spans',
        })
        .option('settings', {
          type: 'boolean',
          default: false,
          describe: 'Print the settings for programs that send traces here, with keys, and exit',
        })
        .option('out', { type: 'string', describe: 'Write one HTML file that needs no server, and exit' }),
    ),
  run: async ({ cwd, host, port, allowNetwork, forward, open, out, settings, wrangler, ...flags }) => {
    const wranglerUrl = readWranglerUrl(wrangler);
    requireNetworkWord(host, allowNetwork, 'to every prompt and answer that is recorded here');
    const keep = readRetention(flags);
    const assets = readAssets();
    const { loomDir, created } = findOrMakeLoom(cwd);
    if (settings) {
      const receiving = { url: `http://${host}:${port}`, keys: keysOf(dashboardToken(loomDir)) };
      return { data: receiving, text: settingsText(receiving) };
    }
    const db = openLoom(loomDir, { durability: 'fast' });
    drainSpool(db, loomDir);
    keepManySums(db);
    const reading = openLoomForReading(loomDir);
    try {
      const context = contextOf(loomDir, db, wranglerUrl);
      if (out !== undefined) {
        const path = resolve(cwd, out);
        const url = `http://${host}:${port}`;
        const report = await reportAnswers({
          ...context,
          db: new LocalSql(reading),
          home: laptopHome(reading),
          now: Date.now(),
          receiverUrl: url,
        });
        writeReport(path, reportDocument(assets, report));
        return { data: { report: path }, text: `Wrote ${path}.` };
      }
      if (forward) {
        beginForwarding(db);
      } else {
        endForwarding(db);
      }
      const server = await startDashboard({
        port,
        host,
        token: dashboardToken(loomDir),
        db: reading,
        assets,
        receive: routesFor({
          store: new SqliteTraceStore(db, { pricer: await loadPricer(loomDir), keep }),
          onChange: (ids) => {
            for (const id of ids) {
              server.traceChanged(id);
            }
          },
          onLogs: agentLogs(db, loomDir, process.env),
          onMetrics: metricsNote((line) => say([line])),
        }),
        now: Date.now,
        onGrpc: grpcNote((line) => say([line])),
        context,
      }).catch((error: NodeJS.ErrnoException) => {
        throw cannotListen(error, host, port);
      });
      // Listen from now on, because a stop may follow the first line immediately.
      const stopped = new Promise<void>((end) => {
        process.once('SIGINT', end);
        process.once('SIGTERM', end);
      });
      let watching: ReturnType<typeof watchRules> | undefined;
      try {
        const forwarding = forward
          ? await forwardReceived(db, dirname(loomDir), process.env, (line) => say([line]))
          : undefined;
        watching = watchRules({
          db: new LocalSql(reading),
          loomDir,
          env: process.env,
          say: (line) => say([line]),
        });
        say([
          ...(created ? [`Created ${loomDir} for the data of Loom.`] : []),
          `Open ${server.openUrl}`,
          `Receiving traces at ${server.url}; stop with Ctrl-C.`,
          ...(forwarding ? [`Forwarding them to ${forwarding.to}.`] : []),
          settingsHint(server.url, DEFAULT_PORT),
          ...(isLoopback(host) ? [] : ['Other machines need the keys of these settings.']),
        ]);
        if (open) {
          openInBrowser(server.openUrl);
        }
        await stopped;
        await forwarding?.stop();
      } finally {
        watching?.stop();
        await server.close();
      }
      return { data: { url: server.url }, text: '' };
    } finally {
      reading.close();
      optimize(db);
      db.close();
    }
  },
});

/** If `init` has not run yet, creates the folder that it would create. */
function findOrMakeLoom(cwd: string): { loomDir: string; created: boolean } {
  const found = findLoomDir(cwd);
  if (found && existsSync(found)) {
    return { loomDir: found, created: false };
  }
  const loomDir = found ?? join(cwd, '.loom');
  writeScaffold(loomDir);
  return { loomDir, created: true };
}

function contextOf(
  loomDir: string,
  db: Database,
  wranglerUrl: string,
): Omit<ViewContext, 'db' | 'home' | 'now' | 'receiverUrl'> {
  const root = dirname(loomDir);
  const platform = new Platform({ db, wranglerUrl, cloudflare: cloudflareAccess(process.env), root });
  return {
    project: basename(root),
    langfuseUrl: addressOf(readForwardKeys(root, process.env)),
    platform: (traceId) => platform.view(traceId),
  };
}

/** Only this machine: another one could decide what the dashboard shows. */
function readWranglerUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' || !isLoopback(url.hostname)) {
    throw new LoomError(
      `--wrangler must be an address on this machine, not ${text}.`,
      `Use the address that \`wrangler dev\` printed, such as ${DEFAULT_WRANGLER}.`,
      EXIT.usage,
    );
  }
  return url.origin;
}

/** To stderr, because stdout has only the answer with --json. */
function say(lines: readonly string[]): void {
  process.stderr.write(lines.map((line) => `${line}\n`).join(''));
}

function writeReport(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  } catch (error) {
    throw new LoomError(
      `${path} can't be written: ${(error as Error).message}`,
      'Name another file with --out.',
      EXIT.failed,
    );
  }
}
