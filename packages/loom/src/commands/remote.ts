import { dirname } from 'node:path';
import type { Argv } from 'yargs';
import { minute } from '../cost/days.js';
import { readServerConfig } from '../deploy/config.js';
import type { Outcome } from '../output.js';
import { D1, type D1Address, readAddress } from '../remote/d1.js';
import { type PullReport, pull } from '../remote/pull.js';
import { type PushReport, push } from '../remote/push.js';
import { type Entry, remoteLog } from '../remote/report.js';
import type { Database } from '../store/database.js';
import { readCount } from './option-checks.js';
import { command, type GlobalArgs, withLoom, withLoomToRead } from './spec.js';

const options = (yargs: Argv<GlobalArgs>) =>
  yargs
    .option('account', {
      type: 'string',
      describe: 'Cloudflare account id (else CLOUDFLARE_ACCOUNT_ID, else that of .loom/server)',
    })
    .option('database', {
      type: 'string',
      describe: 'D1 database id (else LOOM_D1_DATABASE_ID, else that of .loom/server)',
    });

/**
 * Explicit options and variables win. By default, the database of the team's server is used. `lm deploy`
 * wrote its id into the server's config.
 */
function addressFor(
  db: Database,
  { account, database }: { account?: string | undefined; database?: string | undefined },
  env: NodeJS.ProcessEnv = process.env,
): D1Address {
  const named = {
    account: account ?? env.CLOUDFLARE_ACCOUNT_ID,
    database: database ?? env.LOOM_D1_DATABASE_ID,
  };
  const server = named.database && named.account ? undefined : readServerConfig(dirname(db.path));
  return readAddress(
    { account: named.account || server?.accountId, database: named.database || server?.database.id },
    env,
  );
}

/** Maximum number of lines; the rest is in the log. */
const MAX_LINES = 40;

function progress(json: boolean): (table: string, rows: number) => void {
  let total = 0;
  return (table, rows) => {
    total += rows;
    if (!json && process.stderr.isTTY) {
      process.stderr.write(`\r\u001b[K${total} rows (${table})`);
    }
  };
}

const pushText = ({ rows, unchanged }: PushReport) => `${rows} rows pushed; ${unchanged} did not change.`;
const pullText = ({ rows, changed }: PullReport) => `${rows} rows read; ${changed} are new or updated.`;

function withNotes(first: string, notes: readonly Entry[]): string {
  return noteLines(first, notes).join('\n');
}

/** A line, followed by notes. */
export function noteLines(first: string, notes: readonly Entry[]): string[] {
  // Notes that need action come first.
  const order: Entry['kind'][] = ['clock', 'claim', 'lost', 'left out', 'changed'];
  const sorted = [...notes].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  const lines = sorted.slice(0, MAX_LINES).map(({ kind, says }) => `  ${kind.padEnd(8)}  ${says}`);
  const more = sorted.length - lines.length;
  return [first, ...lines, ...(more > 0 ? [`  ${more} more: lm remote log`] : [])];
}

export const remotePush = command({
  builder: options,
  run: (args) =>
    withLoom(args, async (db): Promise<Outcome> => {
      const address = addressFor(db, args);
      const report = await push(db, new D1(address), address.databaseId, progress(args.json));
      return { data: report, text: withNotes(pushText(report), report.notes) };
    }),
});

export const remotePull = command({
  builder: options,
  run: (args) =>
    withLoom(args, async (db): Promise<Outcome> => {
      const address = addressFor(db, args);
      const report = await pull(db, new D1(address), address.databaseId, progress(args.json));
      return { data: report, text: withNotes(pullText(report), report.notes) };
    }),
});

export const remoteSync = command({
  builder: options,
  run: (args) =>
    withLoom(args, async (db): Promise<Outcome> => {
      const address = addressFor(db, args);
      const d1 = new D1(address);
      const pulled = await pull(db, d1, address.databaseId, progress(args.json));
      const pushed = await push(db, d1, address.databaseId, progress(args.json));
      return {
        data: { pull: pulled, push: pushed },
        text: withNotes(`${pullText(pulled)} ${pushText(pushed)}`, [...pulled.notes, ...pushed.notes]),
      };
    }),
});

export const remoteLogCommand = command({
  builder: (yargs) =>
    yargs.option('limit', { type: 'number', default: 50, describe: 'Maximum number, the latest last' }),
  run: (args) =>
    withLoomToRead(args, (db) => {
      const entries = remoteLog(db, readCount('limit', args.limit));
      const text = entries
        .map(({ at, kind, says }) => `${minute(at)}  ${kind.padEnd(8)}  ${says}`)
        .join('\n');
      return {
        data: entries,
        text: text || 'Nothing was shared yet. Run `lm remote sync` to share.',
      };
    }),
});
