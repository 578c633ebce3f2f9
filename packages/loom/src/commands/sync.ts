import { requireLoomDir } from '../store/folder.js';
import { syncCommand } from '../sync/index.js';
import { UNKNOWN_CHOICES } from '../sync/lookup.js';
import { BATCH_SIZE } from '../sync/outbox.js';
import { command } from './spec.js';

export const sync = command({
  builder: (yargs) =>
    yargs
      .option('dry-run', { type: 'boolean', default: false, describe: 'Show what would be sent' })
      .option('status', { type: 'boolean', default: false, describe: 'Show the queue' })
      .option('verify', {
        type: 'boolean',
        default: false,
        describe: 'Read a sample of the sent records back and compare',
      })
      .option('traces', {
        type: 'boolean',
        default: false,
        describe: 'Also send the traces of the local receiver',
      })
      .option('unknown', {
        choices: UNKNOWN_CHOICES,
        default: 'keep' as const,
        describe: "What to do with spans that may have arrived, if the server can't report it",
      })
      .option('batch-size', { type: 'number', default: BATCH_SIZE, describe: 'Spans in one request' }),
  run: ({ cwd, json, dryRun, status, verify, traces, unknown, batchSize }) =>
    syncCommand(
      requireLoomDir(cwd),
      { dryRun, status, verify, traces, unknown, batchSize },
      process.env,
      json,
    ),
});
