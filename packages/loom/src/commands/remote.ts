import type { Argv } from 'yargs';
import { minute } from '../cost/days.js';
import type { Outcome } from '../output.js';
import { D1, readAddress } from '../remote/d1.js';
import { type PullReport, pull } from '../remote/pull.js';
import { type PushReport, push } from '../remote/push.js';
import { type Entry, remoteLog } from '../remote/report.js';
import { readCount } from './option-checks.js';
import { command, type GlobalArgs, withLoom, withLoomToRead } from './spec.js';

const options = (yargs: Argv<GlobalArgs>) =>
  yargs
    .option('account', { type: 'string', describe: 'Cloudflare account id (else CLOUDFLARE_ACCOUNT_ID)' })
    .option('database', { type: 'string', describe: 'D1 database id (else LOOM_D1_DATABASE_ID)' });

/** Lines that a person reads at once; the rest is in the log. */
const MOST_LINES = 40;

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

function told(first: string, notes: readonly Entry[]): string {
  return noteLines(first, notes).join('\n');
}

/** A line, and below it what was noted. */
export function noteLines(first: string, notes: readonly Entry[]): string[] {
  // Lines that need action come first.
  const order: Entry['kind'][] = ['clock', 'claim', 'lost', 'left out', 'changed'];
  const sorted = [...notes].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  const lines = sorted.slice(0, MOST_LINES).map(({ kind, says }) => `  ${kind.padEnd(8)}  ${says}`);
  const more = sorted.length - lines.length;
  return [first, ...lines, ...(more > 0 ? [`  ${more} more: lm remote log`] : [])];
}

export const remotePush = command({
  builder: options,
  run: (args) =>
    withLoom(args, async (db): Promise<Outcome> => {
      const address = readAddress(args, process.env);
      const report = await push(db, new D1(address), address.databaseId, progress(args.json));
      return { data: report, text: told(pushText(report), report.notes) };
    }),
});

export const remotePull = command({
  builder: options,
  run: (args) =>
    withLoom(args, async (db): Promise<Outcome> => {
      const address = readAddress(args, process.env);
      const report = await pull(db, new D1(address), address.databaseId, progress(args.json));
      return { data: report, text: told(pullText(report), report.notes) };
    }),
});

export const remoteSync = command({
  builder: options,
  run: (args) =>
    withLoom(args, async (db): Promise<Outcome> => {
      const address = readAddress(args, process.env);
      const d1 = new D1(address);
      const pulled = await pull(db, d1, address.databaseId, progress(args.json));
      const pushed = await push(db, d1, address.databaseId, progress(args.json));
      return {
        data: { pull: pulled, push: pushed },
        text: told(`${pullText(pulled)} ${pushText(pushed)}`, [...pulled.notes, ...pushed.notes]),
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
        text: text || 'Nothing was shared yet. `lm remote push` and `lm remote pull` do.',
      };
    }),
});
