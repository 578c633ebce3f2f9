import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { EXIT, LoomError } from '../errors.js';
import { Database, type Param } from '../store/database.js';
import { loadDriver } from '../store/driver.js';
import { knownMigrations, migrate } from '../store/migrations.js';
import { columnsOf, SHARED_TABLES } from './tables.js';

const BATCH = 5000;

/**
 * An in-memory database with the records of `lm export` files, for example one for each member of a team. If
 * a record is in several files, the last one is used. Columns of newer versions are left out.
 * @throws LoomError with file and line if a file is invalid
 */
export async function readExports(paths: readonly string[]): Promise<Database> {
  const db = new Database(loadDriver().open(':memory:'), ':memory:');
  try {
    migrate(db, knownMigrations());
    // Files can have any order, so a session may come before its issue.
    db.exec('PRAGMA foreign_keys = OFF');
    const insert = inserter(db);
    for (const path of paths) {
      await read(db, path, insert);
    }
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

type Insert = (record: Record<string, unknown>) => boolean;

async function read(db: Database, path: string, insert: Insert): Promise<void> {
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
  let count = 0;
  let waiting: { line: number; text: string }[] = [];
  const write = () => {
    db.transaction(() => {
      for (const { line, text } of waiting) {
        if (!isInserted(text, insert)) {
          throw new LoomError(
            `${path}:${line} is not a record of \`lm export\`.`,
            'Write the file with `lm export --out team.ndjson`.',
            EXIT.usage,
          );
        }
      }
    });
    waiting = [];
  };
  try {
    for await (const text of lines) {
      count += 1;
      if (text.trim() !== '') {
        waiting.push({ line: count, text });
      }
      if (waiting.length === BATCH) {
        write();
      }
    }
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ENOENT'
      ? new LoomError(`${path} does not exist.`, 'Write it with `lm export --out`.', EXIT.notFound)
      : error;
  }
  write();
}

function isInserted(text: string, insert: Insert): boolean {
  try {
    return insert(JSON.parse(text));
  } catch (error) {
    // SQLite reports a missing column as "NOT NULL constraint failed".
    if (error instanceof SyntaxError || /constraint failed/.test((error as Error).message)) {
      return false;
    }
    throw error;
  }
}

/** Inserts one record. Returns false if its table is not exported, or if it has no key. */
function inserter(db: Database): Insert {
  const tables = new Map(
    SHARED_TABLES.map((table) => [table.name as string, { ...table, columns: columnsOf(db, table).shared }]),
  );
  return (record) => {
    const table = tables.get(String(record?.table));
    if (!table || table.key.some((column) => record[column] === undefined)) {
      return false;
    }
    const present = table.columns.filter((column) => record[column] !== undefined);
    db.run(
      `INSERT OR REPLACE INTO ${table.name}(${present.join(', ')}) VALUES (${present.map(() => '?').join(', ')})`,
      ...present.map((column) => record[column] as Param),
    );
    return true;
  };
}
