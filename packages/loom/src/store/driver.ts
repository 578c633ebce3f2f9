import { createRequire } from 'node:module';
import { EXIT, LoomError } from '../errors.js';

export type SqlValue = string | number | bigint | null | Uint8Array;

/** The part of `node:sqlite` that Loom uses; `@photostructure/sqlite` has the same. */
export interface SqliteDatabase {
  exec(sql: string): void;
  prepare(sql: string): SqliteStatement;
  close(): void;
}

export interface SqliteStatement {
  run(...params: SqlValue[]): { changes: number | bigint; lastInsertRowid: number | bigint };
  get(...params: SqlValue[]): Record<string, unknown> | undefined;
  all(...params: SqlValue[]): Record<string, unknown>[];
}

interface SqliteModule {
  DatabaseSync: new (path: string, options?: { readOnly?: boolean }) => SqliteDatabase;
}

export interface Driver {
  readonly name: 'node:sqlite' | '@photostructure/sqlite';
  readonly open: (path: string, options?: { readOnly?: boolean }) => SqliteDatabase;
}

/** Never both in one process: two SQLite libraries with the same file drop each other's POSIX locks. */
let loaded: Driver | undefined;

/** Node's own SQLite from 22.13, `@photostructure/sqlite` before. */
export function loadDriver(): Driver {
  loaded ??= builtin() ?? fallback();
  return loaded;
}

function builtin(): Driver | undefined {
  const sqlite = withoutExperimentalWarning(
    () => process.getBuiltinModule?.('node:sqlite') as SqliteModule | undefined,
  );
  return (
    sqlite && { name: 'node:sqlite', open: (path, options) => new sqlite.DatabaseSync(path, options ?? {}) }
  );
}

function fallback(): Driver {
  let sqlite: SqliteModule;
  try {
    sqlite = createRequire(import.meta.url)('@photostructure/sqlite');
  } catch (error) {
    throw new LoomError(
      `This Node (${process.version}) has no built-in SQLite, and @photostructure/sqlite could not be loaded: ${(error as Error).message.split('\n')[0]}`,
      'Use Node 22.13 or newer, or run `npm install --save-dev @photostructure/sqlite@^1.2.1`.',
      EXIT.noSqlite,
    );
  }
  return {
    name: '@photostructure/sqlite',
    open: (path, options) => new sqlite.DatabaseSync(path, options ?? {}),
  };
}

/** Node 22 prints a warning on first load, in the middle of a command's output. */
function withoutExperimentalWarning<T>(load: () => T): T {
  const emitWarning = process.emitWarning;
  process.emitWarning = () => {};
  try {
    return load();
  } finally {
    process.emitWarning = emitWarning;
  }
}
