import { stableId, timedId } from '../../ids.js';
import { isRecord, recordsIn, textOrNull, timeOrUndefined } from '../../json-values.js';
import type { Database } from '../../store/database.js';
import {
  BEADS_COLUMNS,
  MERGED_COLUMNS,
  type MergedColumn,
  type Read,
  readLine,
  type Values,
} from './fields.js';
import { syncLinks } from './links.js';
import { type BeadsLine, readBeads } from './read.js';

export interface BeadsReport {
  readonly issues: number;
  /** Existing issues that changed. */
  readonly changed: number;
  /** Existing issues that did not change. */
  readonly present: number;
  readonly links: number;
  readonly comments: number;
  readonly memories: number;
  /** Invalid lines, with their numbers. */
  readonly unreadable: readonly string[];
  /** Notes about fields that were kept, skipped or decided. */
  readonly notes: readonly string[];
}

/** The issue as of the last import; stored in its `extra`. */
interface LastImport {
  readonly fields: Readonly<Record<string, string>>;
  readonly links: readonly string[];
}

interface Tally {
  issues: number;
  changed: number;
  present: number;
  links: number;
  comments: number;
  memories: number;
  readonly kept: Map<string, number>;
  readonly missing: string[];
  readonly notes: string[];
}

/**
 * Imports the changes in Beads since the last import, with Beads' ids. A field that was edited here stays,
 * unless it was edited later in Beads. If both sides edited it, the report names the field.
 */
export function importBeads(db: Database, path: string, now: number): BeadsReport {
  const { issues, memories, unreadable, others } = readBeads(path);
  return db.transaction(() => {
    const tally: Tally = {
      issues: 0,
      changed: 0,
      present: 0,
      links: 0,
      comments: 0,
      memories: 0,
      kept: new Map(),
      missing: [],
      notes: [],
    };
    const changed = new Set<string>();
    const fresh = new Set<string>();
    for (const line of issues) {
      importIssue(db, line, now, tally, changed, fresh);
    }
    for (const line of issues) {
      importLinks(db, line, now, tally, changed);
      const added = importComments(db, line, now);
      tally.comments += added;
      if (added > 0) {
        changed.add(line.id);
      }
    }
    for (const { key, value } of memories) {
      tally.memories += importMemory(db, key, value, now);
    }
    const known = issues.filter(({ id }) => !fresh.has(id));
    return {
      issues: fresh.size,
      changed: known.filter(({ id }) => changed.has(id)).length,
      present: known.filter(({ id }) => !changed.has(id)).length,
      links: tally.links,
      comments: tally.comments,
      memories: tally.memories,
      unreadable,
      notes: notesOf(tally, others),
    };
  });
}

function importIssue(
  db: Database,
  line: BeadsLine,
  now: number,
  tally: Tally,
  changed: Set<string>,
  fresh: Set<string>,
): void {
  const read = readLine(line, now);
  for (const name of Object.keys(read.kept)) {
    tally.kept.set(name, (tally.kept.get(name) ?? 0) + 1);
  }
  if (read.unknownStatus !== undefined) {
    tally.notes.push(
      `${line.id}: the state "${read.unknownStatus}" is unknown here. It counts as pending; an export keeps its name.`,
    );
  }
  const here = db.get<Record<string, unknown> & { extra: string; updated_at: number }>(
    'SELECT * FROM issues WHERE id = ?',
    line.id,
  );
  if (!here) {
    insert(db, line, read, now);
    fresh.add(line.id);
    return;
  }
  if (update(db, line, read, here, now, tally)) {
    changed.add(line.id);
  }
}

function insert(db: Database, line: BeadsLine, read: Read, now: number): void {
  const extra = JSON.stringify({ beads: read.kept, seen: { fields: hashes(read.values), links: [] } });
  db.run(
    `INSERT INTO issues(id, ${MERGED_COLUMNS.join(', ')}, source, external_ref, created_at, updated_at, closed_at, deleted_at, extra)
     VALUES (?, ${MERGED_COLUMNS.map(() => '?').join(', ')}, 'beads', ?, ?, ?, ?, ?, ?)`,
    line.id,
    ...MERGED_COLUMNS.map((column) => read.values[column]),
    line.id,
    read.created_at,
    read.updated_at,
    read.closed_at,
    read.deleted ? read.updated_at : null,
    extra,
  );
  record(db, line.id, null, String(read.values.status), 'imported from Beads', read.updated_at, now);
}

/** Returns whether anything changed. */
function update(
  db: Database,
  line: BeadsLine,
  read: Read,
  here: Readonly<Record<string, unknown>> & { readonly extra: string; readonly updated_at: number },
  now: number,
  tally: Tally,
): boolean {
  const extra = extraOf(here.extra);
  const seen = seenIn(extra);
  const current = hashes(read.values);
  const take: MergedColumn[] = [];
  for (const column of MERGED_COLUMNS) {
    const theirs = read.values[column];
    const ours = (here[column] ?? null) as string | number | null;
    if (theirs === ours || seen.fields[column] === current[column]) {
      continue;
    }
    if (seen.fields[column] !== undefined && seen.fields[column] !== hash(ours)) {
      const later = read.updated_at > here.updated_at;
      tally.notes.push(
        `${line.id}: ${BEADS_COLUMNS[column]} was edited here and in Beads. The later edit counts: ${later ? 'Beads' : 'ours'}.`,
      );
      if (!later) {
        continue;
      }
    }
    take.push(column);
  }
  const next = JSON.stringify({ ...extra, beads: read.kept, seen: { fields: current, links: seen.links } });
  if (take.length > 0) {
    db.run(
      `UPDATE issues SET ${take.map((column) => `${column} = ?`).join(', ')}, updated_at = MAX(updated_at, ?),
         closed_at = ?, deleted_at = ? WHERE id = ?`,
      ...take.map((column) => read.values[column]),
      read.updated_at,
      take.includes('status') ? read.closed_at : (here.closed_at as number | null),
      read.deleted ? read.updated_at : (here.deleted_at as number | null),
      line.id,
    );
    const status = take.includes('status') ? String(read.values.status) : String(here.status);
    const reason = `changed in Beads: ${take.map((column) => BEADS_COLUMNS[column]).join(', ')}`;
    record(db, line.id, String(here.status), status, reason, read.updated_at, now);
  }
  if (next !== here.extra) {
    db.run('UPDATE issues SET extra = ? WHERE id = ?', next, line.id);
  }
  return take.length > 0;
}

function importLinks(db: Database, line: BeadsLine, now: number, tally: Tally, changed: Set<string>): void {
  const row = db.get<{ extra: string; waits_for: string }>(
    'SELECT extra, waits_for FROM issues WHERE id = ?',
    line.id,
  );
  const extra = extraOf(row?.extra ?? '{}');
  const seen = seenIn(extra);
  const { added, missing, crowded, seen: links } = syncLinks(db, line, seen.links, now);
  tally.links += added;
  tally.missing.push(...missing.map((link) => `${line.id}: ${link}`));
  tally.notes.push(
    ...crowded.map(
      (link) => `${line.id}: the link "${link}" was dropped, because another link to the same issue exists.`,
    ),
  );
  if (JSON.stringify(links) !== JSON.stringify(seen.links)) {
    db.run(
      'UPDATE issues SET extra = ? WHERE id = ?',
      JSON.stringify({ ...extra, seen: { ...seen, links } }),
      line.id,
    );
    changed.add(line.id);
  }
}

function importComments(db: Database, line: BeadsLine, now: number): number {
  return recordsIn(line, 'comments').reduce((count, comment) => {
    const text = textOrNull(comment.text);
    const at = timeOrUndefined(comment.created_at) ?? now;
    const own = comment.id ?? stableId(`${text} ${comment.created_at}`, 12);
    return text === null
      ? count
      : count +
          db.run(
            `INSERT INTO issue_comments(id, issue_id, author, text, at) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT(id) DO UPDATE SET text = excluded.text WHERE issue_comments.text <> excluded.text`,
            `com-${line.id}-${own}`,
            line.id,
            textOrNull(comment.author),
            text,
            at,
          );
  }, 0);
}

function importMemory(db: Database, key: string, text: string, now: number): number {
  return db.run(
    `INSERT INTO memories(id, kind, text, author, at) VALUES (?, 'beads', ?, ?, ?)
     ON CONFLICT(id) DO UPDATE SET text = excluded.text WHERE memories.text <> excluded.text`,
    `mem-${stableId(`beads:${key}`, 10)}`,
    `${key}: ${text}`,
    'import',
    now,
  );
}

function notesOf(tally: Tally, others: ReadonlyMap<string, number>): string[] {
  const kept = [...tally.kept].map(([name, count]) => `${name} (${count})`);
  return [
    ...tally.notes,
    ...(tally.missing.length > 0
      ? [
          `${tally.missing.length} links name an issue that is neither in the file nor here; issues that wait for one are not ready: ${tally.missing.slice(0, 5).join('; ')}${tally.missing.length > 5 ? '; …' : ''}.`,
        ]
      : []),
    ...(kept.length > 0
      ? [`Fields without a column here are kept as they are and exported again: ${kept.join(', ')}.`]
      : []),
    ...[...others].map(([type, count]) => `${count} lines of type "${type}" are not supported here.`),
  ];
}

function record(
  db: Database,
  id: string,
  from: string | null,
  to: string,
  reason: string,
  at: number,
  now: number,
): void {
  db.run(
    `INSERT INTO issue_events(id, issue_id, actor, from_status, to_status, reason, at, kind)
     VALUES (?, ?, 'import', ?, ?, ?, ?, ?)`,
    timedId('evt', now),
    id,
    from,
    to,
    reason,
    at,
    from === to ? 'edited' : 'status',
  );
}

function hashes(values: Values): Record<string, string> {
  return Object.fromEntries(MERGED_COLUMNS.map((column) => [column, hash(values[column])]));
}

function hash(value: string | number | null): string {
  return stableId(JSON.stringify(value), 12);
}

function extraOf(text: string): Record<string, unknown> {
  const extra: unknown = JSON.parse(text);
  return isRecord(extra) ? extra : {};
}

function seenIn(extra: Readonly<Record<string, unknown>>): LastImport {
  const seen = isRecord(extra.seen) ? extra.seen : {};
  return {
    fields: isRecord(seen.fields) ? (seen.fields as Record<string, string>) : {},
    links: Array.isArray(seen.links) ? seen.links.map(String) : [],
  };
}
