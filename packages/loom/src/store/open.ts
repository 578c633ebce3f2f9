import { statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { renewCapture } from '../changes/capture.js';
import { EXIT, LoomError } from '../errors.js';
import { Database } from './database.js';
import { type Driver, loadDriver, type SqliteDatabase } from './driver.js';
import { isUpToDate, knownMigrations, type Migration, migrate, refuseForeign } from './migrations.js';
import { makeForOwner } from './owner-file.js';
import { walIsSafe, walWorksIn } from './wal.js';

/** How long a writer waits for another, in ms. Without it every driver loses writes to SQLITE_BUSY. */
const BUSY_TIMEOUT_MS = 5000;

export interface OpenOptions {
  /** How long to wait for another writer, in ms. */
  readonly busyTimeoutMs?: number;
  /**
   * `fast` may lose the last commits after a power cut (but never after a crash). For data that can be read
   * again.
   */
  readonly durability?: 'full' | 'fast';
  readonly migrations?: readonly Migration[];
}

/** Opens `loom.db` in a `.loom` folder. Creates and migrates it if needed. */
export function openLoom(loomDir: string, options: OpenOptions = {}): Database {
  const path = join(loomDir, 'loom.db');
  const driver = loadDriver();
  return explained(path, () => {
    makeForOwner(path);
    const raw = driver.open(path);
    try {
      raw.exec(`PRAGMA busy_timeout = ${options.busyTimeoutMs ?? BUSY_TIMEOUT_MS}`);
      raw.exec('PRAGMA foreign_keys = ON');
      const db = new Database(raw, path);
      const migrations = options.migrations ?? knownMigrations();
      refuseForeign(db, migrations);
      setJournal(driver, raw, path, options.durability ?? 'full');
      if (migrate(db, migrations).length > 0 && options.migrations === undefined) {
        renewCapture(db);
      }
      return db;
    } catch (error) {
      raw.close();
      throw error;
    }
  });
}

/** A second read-only connection to a database that {@link openLoom} has created and migrated. */
export function openLoomForReading(loomDir: string): Database {
  const path = join(loomDir, 'loom.db');
  return explained(path, () => {
    const raw = loadDriver().open(path, { readOnly: true });
    raw.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    return new Database(raw, path);
  });
}

/**
 * For read-only commands: on a read-only disk, for example, the database is read in place.
 */
export function openLoomToRead(loomDir: string, options: OpenOptions = {}): Database {
  try {
    return openLoom(loomDir, options);
  } catch (error) {
    const db = error instanceof UnwritableError ? openUnwritable(join(loomDir, 'loom.db')) : undefined;
    if (!db) {
      throw error;
    }
    return db;
  }
}

/**
 * Undefined if that is impossible: an existing log would be ignored, and an older schema can't be migrated.
 */
function openUnwritable(path: string): Database | undefined {
  if ((statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0) {
    return undefined;
  }
  try {
    // A database in WAL mode needs a `-shm` file even for reads, unless it is opened as immutable.
    const db = new Database(
      loadDriver().open(`${pathToFileURL(path).href}?immutable=1`, { readOnly: true }),
      path,
    );
    if (isUpToDate(db)) {
      return db;
    }
    db.close();
  } catch {
    // The original error is reported.
  }
  return undefined;
}

/** WAL only if this SQLite has no reset bug and the file system supports it; otherwise a rollback journal. */
function setJournal(driver: Driver, raw: SqliteDatabase, path: string, durability: 'full' | 'fast'): void {
  const version = String(raw.prepare('SELECT sqlite_version() AS v').get()?.v);
  const mode = String(raw.prepare('PRAGMA journal_mode').get()?.journal_mode);
  const wanted = walIsSafe(version) && (mode === 'wal' || walWorksIn(driver, path)) ? 'wal' : 'truncate';
  if (mode !== wanted) {
    try {
      raw.exec(`PRAGMA journal_mode = ${wanted}`);
    } catch {
      // Another process has it open in the other mode. That mode is used until the file is closed everywhere.
    }
  }
  // With NORMAL, a rollback journal is not safe after a power cut. With WAL, only the last commits can be
  // lost.
  raw.exec(`PRAGMA synchronous = ${wanted === 'wal' && durability === 'fast' ? 'NORMAL' : 'FULL'}`);
}

/** The database or SQLite's side files can't be written. */
export class UnwritableError extends LoomError {
  constructor(message: string, fix: string) {
    super(message, fix, EXIT.database);
  }
}

/** Turns SQLite's error codes into a message and the next step. */
export function explained<T>(path: string, fn: () => T): T {
  try {
    return fn();
  } catch (error) {
    throw explain(path, error);
  }
}

export function explain(path: string, error: unknown): unknown {
  if (error instanceof LoomError || !(error instanceof Error)) {
    return error;
  }
  const code = 'errcode' in error ? Number(error.errcode) & 0xff : undefined;
  const words = error.message;
  if (code === 5 || code === 6 || /database( table)? is locked/.test(words)) {
    return new LoomError(
      `${path} is locked by another process.`,
      'Wait for it to finish, then run the command again.',
      EXIT.database,
      { retryable: true },
    );
  }
  if (code === 8 || /readonly database/.test(words)) {
    return new UnwritableError(`${path} is read-only.`, 'Make the file and its folder writable.');
  }
  if (code === 13 || /disk is full/.test(words)) {
    return new LoomError(
      `No space left to write ${path}.`,
      'Free some space. Saved data is safe.',
      EXIT.database,
    );
  }
  if (code === 11 || code === 26 || /malformed|not a database/.test(words)) {
    return new LoomError(
      `${path} is damaged or not a SQLite database.`,
      'Move it away, copy the newest file of .loom/backups/ in its place if there is one, and run `lm doctor`.',
      EXIT.database,
    );
  }
  if (code === 14 || /unable to open/.test(words)) {
    return new UnwritableError(`${path} can't be opened.`, folderHint(path));
  }
  return error;
}

function folderHint(path: string): string {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    return 'It is a folder; move it away.';
  }
  try {
    return statSync(join(path, '..')).isDirectory()
      ? 'Make the folder writable.'
      : 'Its folder is not a directory.';
  } catch {
    return 'Its folder does not exist; run `lm init`.';
  }
}
