import type { Argv } from 'yargs';
import { D1, readAddress } from '../remote/d1.js';
import { pull } from '../remote/pull.js';
import { push } from '../remote/push.js';
import { command, type GlobalArgs, withLoom } from './spec.js';

const options = (yargs: Argv<GlobalArgs>) =>
  yargs
    .option('account', { type: 'string', describe: 'Cloudflare account id (else CLOUDFLARE_ACCOUNT_ID)' })
    .option('database', { type: 'string', describe: 'D1 database id (else LOOM_D1_DATABASE_ID)' });

function progress(json: boolean): (table: string, rows: number) => void {
  let total = 0;
  return (table, rows) => {
    total += rows;
    if (!json && process.stderr.isTTY) {
      process.stderr.write(`\r\u001b[K${total} rows (${table})`);
    }
  };
}

export const remotePush = command({
  builder: options,
  run: (args) =>
    withLoom(args, async (db) => {
      const address = readAddress(args, process.env);
      const report = await push(db, new D1(address), address.databaseId, progress(args.json));
      return { data: report, text: `${report.rows} rows pushed; ${report.unchanged} had not changed.` };
    }),
});

export const remotePull = command({
  builder: options,
  run: (args) =>
    withLoom(args, async (db) => {
      const report = await pull(db, new D1(readAddress(args, process.env)), progress(args.json));
      return { data: report, text: `${report.rows} rows read; ${report.changed} are new or newer.` };
    }),
});
