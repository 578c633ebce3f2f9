import type { Argv } from 'yargs';
import { EXIT, LoomError } from '../errors.js';
import { DEFAULT_RETENTION, type Retention } from '../receiver/sqlite/retention.js';

/** Limits of the received data in `.loom/loom.db`. */
export function withRetention<T>(yargs: Argv<T>) {
  return yargs
    .option('keep-traces', {
      type: 'number',
      default: DEFAULT_RETENTION.traces,
      describe: 'Number of newest traces to keep',
    })
    .option('keep-days', {
      type: 'number',
      default: DEFAULT_RETENTION.days,
      describe: 'Days to keep a trace',
    });
}

export function readRetention(flags: { keepTraces: number; keepDays: number }): Retention {
  const keep = { traces: flags.keepTraces, days: flags.keepDays };
  if (!Number.isInteger(keep.traces) || keep.traces < 1 || !(keep.days > 0)) {
    throw new LoomError(
      '--keep-traces and --keep-days must be numbers above 0.',
      `The defaults are ${DEFAULT_RETENTION.traces} traces and ${DEFAULT_RETENTION.days} days.`,
      EXIT.usage,
    );
  }
  return keep;
}
