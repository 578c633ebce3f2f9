import type { ArgumentsCamelCase, Argv } from 'yargs';
import { LoomError } from '../errors.js';
import { drainSpool } from '../hooks/spool.js';
import type { Outcome } from '../output.js';
import type { Database } from '../store/database.js';
import { requireLoomDir } from '../store/folder.js';
import { explain, type OpenOptions, openLoom, openLoomToRead } from '../store/open.js';

/** Options of every command. */
export interface GlobalArgs {
  readonly cwd: string;
  readonly json: boolean;
}

/** One command: its arguments and its function. It returns the output and never prints or exits itself. */
export interface CommandSpec<Args = object> {
  readonly builder: (yargs: Argv<GlobalArgs>) => Argv<GlobalArgs & Args>;
  readonly run: (args: ArgumentsCamelCase<GlobalArgs & Args>) => Outcome | Promise<Outcome>;
}

/** Infers the argument types of `run`. */
export function command<Args>(spec: CommandSpec<Args>): CommandSpec<Args> {
  return spec;
}

/** Opens the project's Loom while `fn` runs. */
export async function withLoom<T>(
  args: GlobalArgs,
  fn: (db: Database, loomDir: string) => T | Promise<T>,
  options?: OpenOptions,
): Promise<T> {
  const loomDir = requireLoomDir(args.cwd);
  const db = openLoom(loomDir, options);
  try {
    drainSpool(db, loomDir);
    return await fn(db, loomDir);
  } finally {
    db.close();
  }
}

/** The same for a command that only reads. It also works if nothing can be written. */
export async function withLoomToRead<T>(args: GlobalArgs, fn: (db: Database) => T | Promise<T>): Promise<T> {
  const loomDir = requireLoomDir(args.cwd);
  const db = openLoomToRead(loomDir);
  try {
    try {
      drainSpool(db, loomDir);
    } catch (error) {
      // The database is locked, full or read-only. Spooled events stay, and the existing data can be read.
      if (!(explain(db.path, error) instanceof LoomError)) {
        throw error;
      }
    }
    return await fn(db);
  } finally {
    db.close();
  }
}
