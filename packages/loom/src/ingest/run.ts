import { dirname, resolve } from 'node:path';
import { EXIT, LoomError } from '../errors.js';
import type { Pricer } from '../prices/pricer.js';
import { linkSessions } from '../receiver/sqlite/link.js';
import { attributeByCommits } from '../sessions/commits.js';
import { endSession } from '../sessions/store.js';
import type { Database } from '../store/database.js';
import { Lock } from '../store/lock.js';
import { SYNC } from '../sync/queues.js';
import { belongsTo } from './belonging.js';
import { CallRecorder } from './calls.js';
import { ClaudeReader, type ClaudeState } from './claude.js';
import { CodexReader, type CodexState } from './codex.js';
import { type Cursor, loadCursor, saveCursor } from './cursor.js';
import { readLines } from './lines.js';
import { unpackedLines } from './packed.js';
import type { Into, TranscriptReader } from './reader.js';
import type { TranscriptFile, Unread } from './sources.js';
import { ToolRecorder } from './tools.js';

/** Few enough that hooks never wait long for the write lock. */
const LINES_PER_TRANSACTION = 500;
/** When a transcript has been silent this long, its last response is whole. */
const SETTLED_MS = 60_000;
/** And this long: the session is over, though nothing said so. */
const OVER_MS = 30 * 60_000;
const LOCK_LIFE_MS = 120_000;

export interface IngestReport {
  readonly files: number;
  /** Files with something new. */
  readonly read: number;
  readonly calls: number;
  readonly updated: number;
  /** Calls that have a price now and had none, or have another since prices.json has changed. */
  readonly repriced: number;
  readonly unpriced: number;
  readonly badLines: number;
  /** Files that could not be read, and why. */
  readonly skipped: readonly Unread[];
}

export interface IngestOptions {
  readonly loomDir: string;
  readonly files: readonly TranscriptFile[];
  readonly pricer: Pricer;
  readonly now: number;
  /** Take sessions of other folders too. */
  readonly allProjects?: boolean;
}

/** Reads what is new in the transcripts. Killed at any moment, it goes on where its last transaction ended. */
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

class Ingest {
  readonly #db: Database;
  readonly #options: IngestOptions;
  readonly #lock: Lock;
  readonly #calls: CallRecorder;
  readonly #into: Into;
  readonly #sessions = new Set<string>();
  readonly #skipped: Unread[] = [];
  #read = 0;
  #badLines = 0;

  constructor(db: Database, options: IngestOptions, lock: Lock) {
    this.#db = db;
    this.#options = options;
    this.#lock = lock;
    this.#calls = new CallRecorder(db, options.pricer);
    this.#into = {
      db,
      calls: this.#calls,
      tools: new ToolRecorder(db, dirname(resolve(options.loomDir))),
      belongs: options.allProjects ? () => true : belongsTo(options.loomDir),
    };
  }

  run(): IngestReport {
    for (const file of this.#options.files) {
      try {
        this.#file(file);
      } catch (error) {
        if (error instanceof LoomError || (error instanceof Error && 'errcode' in error)) {
          throw error;
        }
        this.#skipped.push({ path: file.path, reason: (error as Error).message });
      }
    }
    const repriced = this.#db.transaction(() => this.#calls.priceAgain());
    this.#endSilent();
    attributeByCommits(this.#db);
    this.#scoreAgain();
    linkSessions(this.#db, this.#sessions);
    const unpriced = this.#db.get<{ n: number }>(
      "SELECT COUNT(*) AS n FROM llm_calls WHERE cost_basis = 'unpriced'",
    );
    return {
      files: this.#options.files.length,
      read: this.#read,
      calls: this.#calls.newCalls,
      updated: this.#calls.updatedCalls,
      repriced,
      unpriced: unpriced?.n ?? 0,
      badLines: this.#badLines,
      skipped: this.#skipped,
    };
  }

  #file(file: TranscriptFile): void {
    const cursor = loadCursor<object>(this.#db, file.path, () => ({}));
    const silent = this.#options.now - cursor.mtimeMs > SETTLED_MS;
    const reader = this.#reader(file, cursor.state);
    if (cursor.unchanged) {
      if (silent && reader.waits) {
        this.#settle(cursor, reader);
      }
      return;
    }
    this.#read += 1;
    const lines = file.path.endsWith('.zst')
      ? unpackedLines(file.path, cursor.offset)
      : readLines(file.path, cursor.offset);
    let offset = cursor.offset;
    for (let more = true; more; ) {
      // Rows and cursor are one transaction: what is marked as read is written, and the other way round.
      more = this.#db.transaction(() => {
        for (let taken = 0; taken < LINES_PER_TRANSACTION; taken += 1) {
          const next = lines.next();
          if (next.done || !reader.ours) {
            reader.flush();
            saveCursor(
              this.#db,
              { ...cursor, offset: reader.ours ? offset : cursor.size, state: reader.state },
              this.#options.now,
            );
            return false;
          }
          offset = next.value.end;
          this.#line(reader, next.value.text);
        }
        reader.flush();
        // With the size of before: were the file marked as seen, a process killed here would leave the rest unread.
        saveCursor(this.#db, { ...cursor, size: -1, offset, state: reader.state }, this.#options.now);
        return true;
      });
      this.#lock.renew();
    }
    lines.return(undefined);
    for (const id of reader.sessions) {
      this.#sessions.add(id);
    }
    if (silent && reader.waits) {
      this.#settle({ ...cursor, offset: reader.ours ? offset : cursor.size, state: reader.state }, reader);
    }
  }

  #line(reader: TranscriptReader, text: string | undefined): void {
    if (text === undefined) {
      this.#badLines += 1;
      return;
    }
    if (text.trim() === '') {
      return;
    }
    try {
      reader.line(text);
    } catch (error) {
      if (!(error instanceof SyntaxError)) {
        throw error;
      }
      this.#badLines += 1;
    }
  }

  #settle(cursor: Cursor<object>, reader: TranscriptReader): void {
    this.#db.transaction(() => {
      reader.idle();
      saveCursor(this.#db, { ...cursor, state: reader.state }, this.#options.now);
    });
  }

  #reader(file: TranscriptFile, state: object): TranscriptReader {
    return file.agent === 'codex'
      ? new CodexReader(this.#into, { calls: 0, ...state } as CodexState)
      : new ClaudeReader(this.#into, { open: {}, ...state } as ClaudeState);
  }

  /** A session that was scored before its last calls were read is scored again: the server overwrites scores. */
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

  /** Sessions known only from transcripts end when these fall silent; those with hooks or a process say so themselves. */
  #endSilent(): void {
    this.#db.transaction(() => {
      const silent = this.#db.all<{ id: string; last_seen_at: number }>(
        `SELECT id, last_seen_at FROM sessions WHERE status = 'running' AND pid IS NULL
           AND source IN ('claude-code', 'codex') AND last_seen_at < ?`,
        this.#options.now - OVER_MS,
      );
      for (const { id, last_seen_at } of silent) {
        endSession(this.#db, id, 'complete', 'its transcript fell silent', last_seen_at);
      }
    });
  }
}
