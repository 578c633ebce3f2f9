import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { EXIT, LoomError } from '../errors.js';
import { type Outcome, print, printError } from '../output.js';
import { openLoom, openLoomToRead } from '../store/open.js';
import { ForwardQueue, FROM_START } from './forward.js';
import { addressOf, readForwardKeys, readKeys } from './keys.js';
import { keysHaveChanged } from './last-keys.js';
import { UNKNOWN_CHOICES, type Unknown } from './lookup.js';
import { BATCH_SIZE, Outbox } from './outbox.js';
import { dryRunOutcome, statusOutcome, syncOutcome, verifyOutcome } from './outcomes.js';
import { requireLangfuse } from './require-langfuse.js';
import { sync } from './run.js';
import { verify } from './verify.js';

export interface RunSyncOptions {
  /** The `.loom` folder. */
  readonly loomDir: string;
  /** `--dry-run`, `--status`, `--verify`, `--traces`, `--json`, `--batch-size <n>`, `--unknown keep|resend|sent`. */
  readonly argv?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

export interface SyncFlags {
  readonly dryRun: boolean;
  readonly status: boolean;
  /** Send nothing. Read a sample of the sent data back, and compare. */
  readonly verify: boolean;
  readonly unknown: Unknown;
  /** Also send the data of the local receiver. */
  readonly traces: boolean;
  /** Spans in one request. */
  readonly batchSize: number;
}

/** Entry for `.loom/sync.mjs`: sends, prints, and returns the exit code. */
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
  const places = [...new Set([process.cwd(), projectDir])];
  const keys = flags.traces ? readForwardKeys(places, env) : readKeys(places, env);
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
    if (flags.verify) {
      return verifyOutcome(await verify(db, keys), keys.baseUrl);
    }
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
    return syncOutcome(report, keys.baseUrl, otherKeys ? sentBefore : null);
  } finally {
    db.close();
  }
}

function readFlags(argv: readonly string[]): SyncFlags {
  const flag = { type: 'boolean', default: false } as const;
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        'dry-run': flag,
        status: flag,
        verify: flag,
        traces: flag,
        json: flag,
        unknown: { type: 'string', default: 'keep' },
        'batch-size': { type: 'string', default: String(BATCH_SIZE) },
      },
    });
    return {
      dryRun: values['dry-run'],
      status: values.status,
      verify: values.verify,
      traces: values.traces,
      unknown: oneOf(UNKNOWN_CHOICES, values.unknown),
      batchSize: Number(values['batch-size']),
    };
  } catch (error) {
    throw new LoomError(
      (error as Error).message,
      'Use --dry-run, --status, --verify, --traces, --json, --batch-size <n>, or --unknown keep|resend|sent.',
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
