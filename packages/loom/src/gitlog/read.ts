import { applyChanges } from '../changes/apply.js';
import { isAhead } from '../changes/bound.js';
import { ensureCapture, withoutCapture } from '../changes/capture.js';
import type { Change } from '../changes/change.js';
import { materialise } from '../changes/materialise.js';
import type { RowVersion } from '../changes/rows.js';
import { FIELD_TABLES, ROW_TABLES, shapeOf } from '../changes/tables.js';
import { entriesOf } from '../remote/effects.js';
import { takeRows } from '../remote/pull-rows.js';
import { type Entry, note, untold } from '../remote/report.js';
import { renamedKey, renamedRow } from '../remote/twins.js';
import type { Database } from '../store/database.js';
import { readMeta, writeMeta } from '../store/meta.js';
import { type LogEntry, readEntry } from './entry.js';
import { logFiles, readLines } from './files.js';

export interface ReadReport {
  /** Lines of others that were read. */
  readonly lines: number;
  /** New or changed rows. */
  readonly changed: number;
  readonly unreadable: number;
  /** Lines that wait for a missing row, or for their time. They are read again. */
  readonly waiting: number;
  readonly notes: readonly Entry[];
}

interface Read {
  readonly file: string;
  /** Start of the line. */
  readonly from: number;
  readonly entry: LogEntry;
}

const TWIN = 'git_twin:';

/** Applies the lines of other machines. They may arrive in any order and repeatedly. */
export function readLog(db: Database, loomDir: string, now: number): ReadReport {
  const node = ensureCapture(db);
  const reads: Read[] = [];
  const ends = new Map<string, { at: number; markAt: (end: number) => string }>();
  let unreadable = 0;
  for (const { name, node: of } of logFiles(loomDir)) {
    if (of === node) {
      continue;
    }
    const { from, lines, markAt } = readLines(loomDir, name, readMeta(db, `gitlog:${name}`));
    let begin = from;
    for (const { text, end } of lines) {
      const entry = text.trim() === '' ? undefined : readEntry(text);
      if (entry) {
        reads.push({ file: name, from: begin, entry });
      } else if (text.trim() !== '') {
        unreadable += 1;
      }
      begin = end;
    }
    ends.set(name, { at: begin, markAt });
  }
  return db.transaction(() => {
    const early = reads.filter(({ entry }) =>
      isAhead('change' in entry ? entry.change.stamp : entry.stamp, now),
    );
    const due = reads.filter((read) => !early.includes(read));
    const counted = { rows: 0 };
    const waiting = [...early, ...take(db, due, counted, now)];
    note(db, aheadNotes(early), now);
    for (const [name, { at, markAt }] of ends) {
      const first = waiting
        .filter(({ file }) => file === name)
        .reduce((least, { from }) => Math.min(least, from), at);
      writeMeta(db, `gitlog:${name}`, markAt(first));
    }
    return {
      lines: reads.length,
      changed: counted.rows,
      unreadable,
      waiting: waiting.length,
      notes: untold(db),
    };
  });
}

/** Returns those that must wait for another row. */
function take(db: Database, due: readonly Read[], counted: { rows: number }, now: number): Read[] {
  const changes = due.flatMap(({ entry }) => ('change' in entry ? [entry.change] : []));
  if (changes.length > 0) {
    const applied = applyChanges(db, changes as Change[]);
    note(db, entriesOf(db, applied), now);
    counted.rows += applied.effects.length;
    linkParents(db, [...new Set(changes.map(({ row_key }) => row_key))]);
  }
  let left = due.filter(({ entry }) => !('change' in entry));
  // A row may come before its parent. It is applied in the next round.
  for (let before = left.length + 1; left.length > 0 && left.length < before; ) {
    before = left.length;
    left = takeRound(db, left, counted, now);
  }
  return left;
}

function takeRound(db: Database, reads: readonly Read[], counted: { rows: number }, now: number): Read[] {
  noteTwins(db, reads);
  const names = twins(db);
  const left: Read[] = [];
  for (const table of ROW_TABLES) {
    // Only the newest version of a row is needed.
    const newest = new Map<string, { version: RowVersion; reads: Read[] }>();
    for (const read of reads) {
      const { entry } = read;
      if ('change' in entry || entry.tbl !== table.name) {
        continue;
      }
      const key = renamedKey(table, entry.key, names);
      const at = JSON.stringify(key);
      const known = newest.get(at);
      const version: RowVersion = {
        key,
        stamp: entry.stamp,
        ...(entry.row ? { row: renamedRow(table.name, entry.row, names) } : {}),
      };
      newest.set(at, {
        version: known && known.version.stamp > version.stamp ? known.version : version,
        reads: [...(known?.reads ?? []), read],
      });
    }
    const versions = [...newest.values()].map(({ version }) => version);
    const { changed: rows, orphans } = takeRows(db, shapeOf(db, table), versions, now);
    counted.rows += rows;
    left.push(...orphans.flatMap(({ key }) => newest.get(JSON.stringify(key))?.reads ?? []));
  }
  return left;
}

/** A session that both machines recorded is one session. Their rows use our id. */
function noteTwins(db: Database, reads: readonly Read[]): void {
  for (const { entry } of reads) {
    if ('change' in entry || entry.tbl !== 'sessions' || !entry.row?.source_session_id) {
      continue;
    }
    const own = db.get<{ id: string }>(
      'SELECT id FROM sessions WHERE source = ? AND source_session_id = ? AND id <> ?',
      String(entry.row.source),
      String(entry.row.source_session_id),
      String(entry.key[0]),
    );
    if (own) {
      writeMeta(db, `${TWIN}${entry.key[0]}`, own.id);
    }
  }
}

function twins(db: Database): Map<string, string> {
  return new Map(
    db
      .all<{ key: string; value: string }>(`SELECT key, value FROM loom_meta WHERE key LIKE '${TWIN}%'`)
      .map(({ key, value }) => [key.slice(TWIN.length), value]),
  );
}

function linkParents(db: Database, keys: readonly string[]): void {
  withoutCapture(db, () => {
    for (const table of FIELD_TABLES) {
      const { link } = materialise(shapeOf(db, table));
      if (link) {
        db.run(link, JSON.stringify(keys));
      }
    }
  });
}

function aheadNotes(early: readonly Read[]): Entry[] {
  const files = [...new Set(early.map(({ file }) => file))];
  return files.map((file) => ({
    kind: 'clock' as const,
    tbl: null,
    row_id: null,
    says: `${early.filter((read) => read.file === file).length} lines of ${file} are stamped more than ten minutes ahead of this machine's clock. One of the two clocks is wrong. They are read at that time.`,
  }));
}
