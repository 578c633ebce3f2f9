import { dirname, resolve } from 'node:path';
import { keepSums } from '../cost/keep-sums.js';
import { EXIT, LoomError } from '../errors.js';
import { keepGate } from '../hooks/gate.js';
import { Ledger } from '../ledger/calls.js';
import { deriveStale } from '../ledger/derive.js';
import { priceAgain } from '../ledger/repricing.js';
import type { Pricer } from '../prices/pricer.js';
import { linkSessions } from '../receiver/sqlite/link.js';
import { attributeByCommits } from '../sessions/commits.js';
import { ENDED_BY } from '../sessions/session.js';
import { endSession } from '../sessions/store.js';
import type { Database } from '../store/database.js';
import { Lock } from '../store/lock.js';
import { optimize } from '../store/optimize.js';
import { SYNC } from '../sync/queues.js';
import { EntryReader } from './agents/entry-reader.js';
import { EVERYWHERE, type Folders, foldersOf } from './belonging.js';
import { ClaudeReader, type ClaudeState } from './claude.js';
import { CodexReader, type CodexState } from './codex.js';
import { Rollouts } from './codex-history.js';
import { loadCursor } from './cursor.js';
import { FileRun, formatOf, type LoadedCursor } from './file-run.js';
import type { Destination, ReaderState, TranscriptReader } from './reader.js';
import { AGENTS, type TranscriptFile, type UnreadableFile } from './sources.js';
import { ToolRecorder } from './tools.js';

/** Maximum duration of a transaction in ms, so that hooks never wait long for the write lock. */
const TRANSACTION_MS = 400;
/**
 * KiB of pages in memory, and in the log before it is written back. A first run writes to pages all over the
 * file.
 */
const CACHE_KIB = 16_384;
const CHECKPOINT_PAGES = 8_000;
/** A session counts as ended after its transcript was silent for this long. */
const OVER_MS = 30 * 60_000;
const LOCK_LIFE_MS = 120_000;
/** Interval for renewing the lock, in ms. */
const LOCK_RENEWAL_MS = 10_000;

export interface IngestReport {
  readonly files: number;
  /** Files with new data. */
  readonly read: number;
  readonly calls: number;
  readonly updated: number;
  /** Calls that got a price, or another price after a change of prices.json. */
  readonly repriced: number;
  readonly unpriced: number;
  readonly badLines: number;
  /** Models without a price, with the number of their calls. */
  readonly unpricedModels: readonly { readonly model: string; readonly calls: number }[];
  /** Calls whose true cost may be higher than the recorded one. */
  readonly lowerBounds: number;
  /** Transcripts with skipped rows, because they belong to other or deleted folders. */
  readonly leftOut: { readonly foreign: number; readonly gone: number };
  /** Files that could not be read, with the reason. */
  readonly skipped: readonly UnreadableFile[];
}

export interface IngestOptions {
  readonly loomDir: string;
  readonly files: readonly TranscriptFile[];
  readonly pricer: Pricer;
  readonly now: number;
  /** Also read sessions of other folders. */
  readonly allProjects?: boolean;
  /** Decides who owns a folder, if another database knows that better. */
  readonly folders?: Folders;
  /**
   * Only these files, in the middle of a session. The next full run does the work that concerns all sessions.
   */
  readonly only?: boolean;
  /**
   * All known Codex rollouts, if `files` has only some. The parent of a fork shows which rows are repeated.
   */
  readonly rollouts?: readonly string[];
}

/** Reads new rows of the transcripts. Safe to kill: the next run continues after the last transaction. */
export function ingest(db: Database, options: IngestOptions): IngestReport {
  const lock = new Lock(db, 'ingest', LOCK_LIFE_MS);
  const holder = lock.take();
  if (holder) {
    throw new LoomError(
      `Another ingest is running (process ${holder.pid} on ${holder.host}).`,
      'Wait for it to end.',
      EXIT.conflict,
    );
  }
  try {
    return new Ingest(db, options, lock).run();
  } finally {
    lock.release();
  }
}

/** The database or our own code failed, so another file would fail in the same way. */
function isOurFault(error: unknown): boolean {
  return error instanceof LoomError || (error instanceof Error && 'errcode' in error);
}

class Ingest {
  readonly #db: Database;
  readonly #options: IngestOptions;
  readonly #lock: Lock;
  readonly #calls: Ledger;
  readonly #rollouts: Rollouts;
  readonly #left = { foreign: 0, gone: 0 };
  readonly #into: Destination;
  readonly #sessions = new Set<string>();
  readonly #skipped: UnreadableFile[] = [];
  #renewed = Date.now();
  #read = 0;
  #badLines = 0;

  constructor(db: Database, options: IngestOptions, lock: Lock) {
    this.#db = db;
    this.#options = options;
    this.#lock = lock;
    this.#calls = new Ledger(db, options.pricer);
    this.#rollouts = new Rollouts(
      options.rollouts ?? options.files.flatMap(({ agent, path }) => (agent === 'codex' ? [path] : [])),
    );
    this.#into = {
      db,
      calls: this.#calls,
      tools: new ToolRecorder(db, dirname(resolve(options.loomDir))),
      folders: options.folders ?? (options.allProjects ? EVERYWHERE : foldersOf(db, options.loomDir)),
    };
  }

  run(): IngestReport {
    this.#db.exec(`PRAGMA cache_size = -${CACHE_KIB}; PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    this.#readAll();
    const whole = !this.#options.only;
    const repriced = whole ? this.#db.transaction(() => priceAgain(this.#db, this.#options.pricer)) : 0;
    this.#reopenLate();
    if (whole) {
      this.#endSilent();
    }
    deriveStale(this.#db);
    if (whole) {
      attributeByCommits(this.#db);
      keepGate(this.#db);
    }
    this.#scoreAgain();
    linkSessions(this.#db, this.#sessions);
    if (whole) {
      keepSums(this.#db);
      optimize(this.#db);
    }
    const unpricedModels = this.#db.all<{ model: string; calls: number }>(
      `SELECT model, COUNT(*) AS calls FROM llm_calls WHERE cost_basis = 'unpriced' GROUP BY model
       ORDER BY calls DESC, model`,
    );
    const bounds = this.#db.get<{ n: number }>(
      'SELECT COUNT(*) AS n FROM llm_calls WHERE lower_bound IS NOT NULL',
    );
    return {
      files: this.#options.files.length,
      read: this.#read,
      calls: this.#calls.newCalls,
      updated: this.#calls.updatedCalls,
      repriced,
      unpriced: unpricedModels.reduce((sum, { calls }) => sum + calls, 0),
      unpricedModels,
      lowerBounds: bounds?.n ?? 0,
      leftOut: this.#left,
      badLines: this.#badLines,
      skipped: this.#skipped,
    };
  }

  /** Many files in one transaction, because they write to the same pages of the indexes. */
  #readAll(): void {
    const waiting = this.#options.files.flatMap((file) => this.#runOf(file) ?? []);
    while (waiting.length > 0) {
      const ended: FileRun[] = [];
      const { newCalls, updatedCalls } = this.#calls;
      let current: FileRun | undefined;
      try {
        this.#db.transaction(() => {
          const until = Date.now() + TRANSACTION_MS;
          do {
            current = waiting[ended.length];
            if (!current?.step(this.#db, until, this.#flush)) {
              return;
            }
            ended.push(current);
          } while (Date.now() < until);
        });
      } catch (error) {
        this.#discard(error, waiting, ended, current);
        Object.assign(this.#calls, { newCalls, updatedCalls });
        continue;
      }
      waiting.splice(0, ended.length);
      for (const run of ended) {
        this.#took(run);
      }
      if (!this.#holds()) {
        throw new LoomError(
          'Another ingest has taken over.',
          'No data is lost. Wait for it to end.',
          EXIT.conflict,
        );
      }
    }
  }

  /** Undefined if there is nothing to do, or if the file can't be read (which is recorded). */
  #runOf(file: TranscriptFile): FileRun | undefined {
    try {
      const cursor = this.#cursor(file.path);
      const run = new FileRun(file, cursor, this.#reader(file, cursor.state), this.#options.now);
      return run.hasWork ? run : undefined;
    } catch (error) {
      if (isOurFault(error)) {
        throw error;
      }
      this.#skipped.push({ path: file.path, reason: (error as Error).message });
      return undefined;
    }
  }

  /**
   * A file that can't be read must not undo the others of its transaction. They are read again without it.
   */
  #discard(
    error: unknown,
    waiting: FileRun[],
    ended: readonly FileRun[],
    current: FileRun | undefined,
  ): void {
    this.#into.tools.discard();
    this.#calls.discard();
    current?.close();
    for (const run of ended) {
      run.close();
    }
    if (isOurFault(error) || !current) {
      throw error;
    }
    this.#skipped.push({ path: current.file.path, reason: (error as Error).message });
    const again = ended.flatMap(({ file }) => this.#runOf(file) ?? []);
    waiting.splice(0, ended.length + 1, ...again);
  }

  #took(run: FileRun): void {
    run.close();
    if (!run.hasNews) {
      return;
    }
    this.#read += 1;
    this.#badLines += run.badLines;
    for (const id of run.reader.sessions) {
      this.#sessions.add(id);
    }
    if (run.reader.state.left) {
      this.#left[run.reader.state.left] += 1;
    }
  }

  /** With all projects, rows that were left out before are read from the start again. */
  #cursor(path: string): LoadedCursor {
    const cursor = loadCursor<ReaderState>(this.#db, path);
    return this.#options.allProjects && cursor.state.left
      ? { ...cursor, offset: 0, state: {}, unchanged: false }
      : cursor;
  }

  /** A file usually takes a moment, so the lock is not renewed after each. */
  #holds(): boolean {
    const now = Date.now();
    if (now - this.#renewed < LOCK_RENEWAL_MS) {
      return true;
    }
    this.#renewed = now;
    return this.#lock.renew(now);
  }

  readonly #flush = (): void => {
    this.#into.tools.flush();
    this.#calls.flush();
  };

  #reader(file: TranscriptFile, state: ReaderState): TranscriptReader {
    const format = formatOf(file);
    if (format) {
      return new EntryReader(this.#into, state, format, file.path);
    }
    return file.agent === 'codex'
      ? new CodexReader(this.#into, { calls: 0, ...state } as CodexState, file.path, this.#rollouts)
      : new ClaudeReader(this.#into, { open: {}, ...state } as ClaudeState);
  }

  /**
   * If a session was scored before its last calls were read, it is scored again. The server overwrites
   * scores.
   */
  #scoreAgain(): void {
    this.#db.transaction(() => {
      for (const id of this.#sessions) {
        this.#db.run(
          `UPDATE sessions SET score_sync = ${SYNC.unsent} WHERE id = ? AND score_sync = ${SYNC.sent}`,
          id,
        );
      }
    });
  }

  /** Reopens sessions that seemed to have ended but continued. */
  #reopenLate(): void {
    this.#db.run(
      `UPDATE sessions SET status = 'running', ended_at = NULL, termination_reason = NULL
       WHERE pid IS NULL AND ended_at < last_seen_at AND termination_reason IN (SELECT value FROM json_each(?))`,
      JSON.stringify(Object.values(ENDED_BY)),
    );
  }

  /**
   * A session that is known only from transcripts ends when its transcript ends or stops growing. Sessions
   * with hooks or a process report their own end.
   */
  #endSilent(): void {
    this.#db.transaction(() => {
      const running = this.#db.all<{ id: string; last_seen_at: number; done_at: number | null }>(
        `SELECT id, last_seen_at, json_extract(meta, '$.done_at') AS done_at FROM sessions
         WHERE status = 'running' AND pid IS NULL AND source <> 'manual' AND source IN (SELECT value FROM json_each(?))
           AND (last_seen_at < ? OR done_at >= last_seen_at)`,
        JSON.stringify(AGENTS),
        this.#options.now - OVER_MS,
      );
      for (const { id, last_seen_at, done_at } of running) {
        const done = done_at !== null && done_at >= last_seen_at;
        endSession(this.#db, id, 'complete', done ? ENDED_BY.task : ENDED_BY.silence, last_seen_at);
      }
    });
  }
}
