import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LoomError } from '../errors.js';
import type { Database } from '../store/database.js';
import { importLmRust } from './lm-rust.js';
import type { ImportReport } from './report.js';

/** Databases of the earlier Loom (in Rust), which used the same folder. */
const EARLIER = ['work.db', 'memory.db', 'agents.db'];

export interface EarlierLoom {
  /** Its databases in the folder. */
  readonly files: readonly string[];
  /** Rows that an import would add now; undefined if a database can't be read. */
  readonly report: ImportReport | undefined;
  /** Why it can't be read. */
  readonly problem: string | undefined;
}

/** Databases of the earlier Loom in a folder; undefined without any. */
export function earlierLoom(db: Database, loomDir: string, now: number): EarlierLoom | undefined {
  const files = EARLIER.filter((name) => existsSync(join(loomDir, name)));
  if (files.length === 0) {
    return undefined;
  }
  try {
    return { files, report: previewLmRust(db, loomDir, now), problem: undefined };
  } catch (error) {
    if (error instanceof LoomError) {
      return { files, report: undefined, problem: error.message };
    }
    throw error;
  }
}

/** Runs the import and rolls it back, so that the counts are exact. */
function previewLmRust(db: Database, loomDir: string, now: number): ImportReport | undefined {
  let report: ImportReport | undefined;
  const undo = new Error('rolled back');
  try {
    db.transaction(() => {
      report = importLmRust(db, loomDir, now);
      throw undo;
    });
  } catch (error) {
    if (error !== undo) {
      throw error;
    }
  }
  return report;
}

/** One line for the user. `shown` is the folder as the user knows it. */
export function earlierLine({ files, report, problem }: EarlierLoom, shown: string): string {
  const head = `${shown} also belongs to the earlier Loom (${files.join(', ')}). Its files do not change.`;
  if (report === undefined) {
    return `${head} ${problem}`;
  }
  const { issues, links, sessions, checkpoints, present, executions = 0 } = report;
  const counts: readonly (readonly [number, string])[] = [
    [issues, 'issue'],
    [links, 'link'],
    [sessions, 'session'],
    [checkpoints, 'checkpoint'],
    [executions, 'outcome'],
  ];
  const parts = counts.filter(([n]) => n > 0).map(([n, one]) => `${n} ${one}${n === 1 ? '' : 's'}`);
  if (parts.length === 0) {
    return `${head} ${present > 0 ? `All of their data is already here (${present} rows).` : 'They contain nothing to import.'}`;
  }
  const last = parts.pop();
  const list = parts.length > 0 ? `${parts.join(', ')} and ${last}` : last;
  const here = present > 0 ? ` ${present} rows are already here.` : '';
  return `${head} \`lm import lm-rust\` would import ${list}.${here}`;
}
