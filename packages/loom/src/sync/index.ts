import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { EXIT, LoomError } from '../errors.js';
import { type Outcome, print, printError } from '../output.js';
import { LOOM_VERSION } from '../receiver/version.js';
import { openLoom, openLoomToRead } from '../store/open.js';
import { LangfuseClient } from './client.js';
import { ForwardQueue, FROM_START } from './forward.js';
import { addressOf, isAddress, type Keys, noAddress, readForwardKeys, readKeys } from './keys.js';
import { keysHaveChanged } from './last-keys.js';
import { UNKNOWN_CHOICES, type Unknown } from './lookup.js';
import { BATCH_SIZE, Outbox } from './outbox.js';
import { sync } from './run.js';

export interface RunSyncOptions {
  /** The `.loom` folder. */
  readonly loomDir: string;
  /** `--dry-run`, `--status`, `--traces`, `--json`, `--batch-size <n>`, `--unknown keep|resend|sent`. */
  readonly argv?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

export interface SyncFlags {
  readonly dryRun: boolean;
  readonly status: boolean;
  readonly unknown: Unknown;
  /** Send what the local receiver has taken, too. */
  readonly traces: boolean;
  /** Spans in one request. */
  readonly batchSize: number;
}

/** What `.loom/sync.mjs` runs: sends, prints, and gives the exit code. */
export async function runSync({ loomDir, argv = [], env = process.env }: RunSyncOptions): Promise<number> {
  const json = argv.includes('--json');
  try {
    const outcome = await syncCommand(loomDir, readFlags(argv), env, json);
    print(outcome, json);
    return outcome.exitCode ?? EXIT.ok;
  } catch (error) {
    if (error instanceof LoomError) {
      printError(error, json);
      return error.exitCode;
    }
    throw error;
  }
}

export async function syncCommand(
  loomDir: string,
  flags: SyncFlags,
  env: NodeJS.ProcessEnv,
  quiet: boolean,
): Promise<Outcome> {
  if (!Number.isInteger(flags.batchSize) || flags.batchSize < 1) {
    throw new LoomError(
      '--batch-size must be a whole number above 0.',
      `Leave it out for ${BATCH_SIZE}.`,
      EXIT.usage,
    );
  }
  const projectDir = dirname(resolve(loomDir));
  const keys = flags.traces ? readForwardKeys(projectDir, env) : readKeys(projectDir, env);
  const baseUrl = addressOf(keys);
  const db = flags.status || flags.dryRun ? openLoomToRead(loomDir) : openLoom(loomDir);
  try {
    const outbox = new Outbox(db);
    if (flags.status) {
      return statusOutcome(outbox, baseUrl);
    }
    if (flags.dryRun) {
      return dryRunOutcome(outbox, baseUrl);
    }
    if (!keys) {
      throw new LoomError(
        `No Langfuse keys, so ${outbox.status().queued} queued records stay in .loom/loom.db.`,
        'Set LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY in the environment or in .dev.vars, then run this again.',
        EXIT.noKeys,
      );
    }
    await requireLangfuse(keys);
    if (flags.traces) {
      new ForwardQueue(db, FROM_START).fill();
    }
    const sentBefore = outbox.status().sent;
    const otherKeys = keysHaveChanged(db, keys) && sentBefore > 0;
    const settleMs = Number(env.LOOM_SYNC_SETTLE_MS);
    const report = await sync(db, {
      keys,
      unknown: flags.unknown,
      batchSize: flags.batchSize,
      ...(settleMs > 0 ? { settleMs } : {}),
      ...(quiet || !process.stderr.isTTY ? {} : { onProgress: showProgress }),
    });
    const words = [`${report.sent} sent to ${keys.baseUrl}`];
    if (report.found > 0) {
      words.push(`${report.found} had arrived before`);
    }
    if (report.dead > 0) {
      words.push(`${report.dead} refused for good (see lm sync --status)`);
    }
    const stopped = report.stopped
      ? `\nStopped with ${report.left} left: ${report.stopped}.\nNothing is lost; run it again to go on.`
      : '';
    const elsewhere = otherKeys
      ? `\nThese are other keys than last time. ${sentBefore} records were sent before, and are not sent again.`
      : '';
    return {
      data: { ...report, other_keys: otherKeys },
      text: `${words.join(', ')}.${elsewhere}${stopped}`,
      exitCode: report.stopped ? EXIT.remote : EXIT.ok,
    };
  } finally {
    db.close();
  }
}

/** Said before anything is marked as being sent: what never left must not count as perhaps arrived. */
export async function requireLangfuse(keys: Keys): Promise<void> {
  if (!isAddress(keys.baseUrl)) {
    const { says, fix } = noAddress(keys);
    throw new LoomError(`${says}.`, fix, EXIT.noKeys);
  }
  await refuseOwnReceiver(keys);
}

/** What was sent to our own receiver would be marked as sent, and Langfuse would never have it. */
async function refuseOwnReceiver(keys: Keys): Promise<void> {
  // It speaks plain HTTP only, perhaps under another name of this machine, or on another that lets us in.
  if (/^http:/i.test(keys.baseUrl) && (await new LangfuseClient(keys).version()) === LOOM_VERSION) {
    throw new LoomError(
      `The keys from ${keys.from} mean a local receiver, at ${keys.baseUrl}, which is no place to sync to.`,
      'Set LANGFUSE_PUBLIC_KEY, LANGFUSE_SECRET_KEY and LANGFUSE_BASE_URL to those of a Langfuse project, in the environment or in .dev.vars.',
      EXIT.noKeys,
    );
  }
}

function statusOutcome(outbox: Outbox, baseUrl: string | null): Outcome {
  const status = outbox.status();
  const lines = [
    `queued   ${status.queued}`,
    `sending  ${status.sending}${status.sending > 0 ? '  (outcome unknown until looked up)' : ''}`,
    `sent     ${status.sent}`,
    ...(status.skipped > 0 ? [`skipped  ${status.skipped}`] : []),
    `dead     ${status.dead}`,
    ...status.dead_reasons.map(({ reason, count }) => `  ${count} × ${reason ?? 'no reason given'}`),
    `last     ${status.last_sent_at === null ? 'never' : new Date(status.last_sent_at).toISOString()}`,
    `to       ${baseUrl ?? 'nowhere: no Langfuse keys, or no address with them'}`,
  ];
  return { data: { ...status, base_url: baseUrl }, text: lines.join('\n') };
}

function dryRunOutcome(outbox: Outbox, baseUrl: string | null): Outcome {
  const queued = outbox.queuedByEntity();
  const total = queued.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) {
    return { data: { total, queued, base_url: baseUrl }, text: 'Nothing is queued.' };
  }
  const lines = [
    baseUrl === null
      ? `${total} records are queued; without Langfuse keys they stay here:`
      : `${total} records would go to ${baseUrl}:`,
    ...queued.map(({ entity, count }) => `  ${String(count).padStart(7)}  ${entity}`),
  ];
  return { data: { total, queued, base_url: baseUrl }, text: lines.join('\n') };
}

function readFlags(argv: readonly string[]): SyncFlags {
  const flag = { type: 'boolean', default: false } as const;
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        'dry-run': flag,
        status: flag,
        traces: flag,
        json: flag,
        unknown: { type: 'string', default: 'keep' },
        'batch-size': { type: 'string', default: String(BATCH_SIZE) },
      },
    });
    return {
      dryRun: values['dry-run'],
      status: values.status,
      traces: values.traces,
      unknown: oneOf(UNKNOWN_CHOICES, values.unknown),
      batchSize: Number(values['batch-size']),
    };
  } catch (error) {
    throw new LoomError(
      (error as Error).message,
      'Use --dry-run, --status, --traces, --json, --batch-size <n>, or --unknown keep|resend|sent.',
      EXIT.usage,
    );
  }
}

function oneOf<T extends string>(choices: readonly T[], text: string): T {
  const choice = choices.find((candidate) => candidate === text);
  if (choice === undefined) {
    throw new Error(`"${text}" is none of ${choices.join(', ')}.`);
  }
  return choice;
}

function showProgress({ sent, left, waitingMs }: { sent: number; left: number; waitingMs?: number }): void {
  const waiting = waitingMs === undefined ? '' : `, waiting ${Math.ceil(waitingMs / 1000)} s`;
  process.stderr.write(`\r\u001b[K${sent} sent, ${left} left${waiting}${left === 0 ? '\n' : ''}`);
}
