import type { Applied } from '../changes/apply.js';
import { type Change, DELETED } from '../changes/change.js';
import { nodeOfStamp, timeOfStamp } from '../changes/clock.js';
import type { RowVersion } from '../changes/rows.js';
import { hasKey } from '../changes/tables.js';
import type { Database } from '../store/database.js';
import type { SharedTable } from '../transfer/tables.js';
import { type Entry, keyText } from './report.js';

/** Fields that change together with others, and are not reported separately. */
const SILENT: ReadonlySet<string> = new Set([
  'updated_at',
  'closed_at',
  'created_at',
  'holder',
  'source',
  'external_ref',
]);
/** Tables that people write. Records of agents are only counted. */
const TOLD: ReadonlySet<string> = new Set(['issue_deps', 'budgets', 'issue_comments', 'memories']);
const LONG = 60;

/** Effects of a merge of issues, as text. */
export function entriesOf(db: Database, { effects, lost }: Applied): Entry[] {
  return [
    ...effects.flatMap(({ tbl, row_key, fields }): Entry[] => {
      const id = keyText(row_key);
      if (fields === undefined) {
        const title = db.get<{ title: string }>('SELECT title FROM issues WHERE id = ?', id)?.title;
        return title === undefined
          ? []
          : [{ kind: 'changed', tbl, row_id: id, says: `${id} is new: ${title}` }];
      }
      const told = fields.filter(({ change }) => !SILENT.has(change.field));
      if (told.length === 0) {
        return [];
      }
      const who = by(told.map(({ change }) => change));
      const words = told.map(({ change, was }) =>
        change.field === DELETED
          ? change.value === 'true'
            ? 'deleted for good'
            : 'made again'
          : `${change.field} ${shown(was)} → ${shown(change.value)}`,
      );
      return [{ kind: 'changed', tbl, row_id: id, says: `${id}: ${words.join(', ')} (${who})` }];
    }),
    ...lost
      .filter(({ change }) => !SILENT.has(change.field))
      .map(({ change, by: winner }): Entry => {
        const id = keyText(change.row_key);
        return {
          kind: 'lost',
          tbl: change.tbl,
          row_id: id,
          says: `${id}: two edits of ${change.field} met. ${by([winner])} was later and wins: ${shown(winner.value)}. ${by([change])} wrote ${shown(change.value)}; it is kept in the issue's history.`,
        };
      }),
  ];
}

/**
 * Call it before rows are applied. The returned function then lists changed blockers, budgets, comments and
 * notes.
 */
export function rowEntries(db: Database, table: SharedTable, versions: readonly RowVersion[]): () => Entry[] {
  if (!TOLD.has(table.name)) {
    return () => [];
  }
  const read = (key: readonly unknown[]) =>
    db.get(`SELECT * FROM ${table.name} t WHERE ${hasKey(table, 't', '?1')}`, JSON.stringify(key));
  const before = versions.map(({ key }) => read(key));
  return () =>
    versions.flatMap(({ key }, at): Entry[] => {
      const [was, is] = [before[at], read(key)];
      if (JSON.stringify(was) === JSON.stringify(is)) {
        return [];
      }
      const did = is === undefined ? 'removed' : was === undefined ? 'added' : 'changed';
      const says = `${rowName(table.name, key, is ?? was ?? {})}: ${did}`;
      return [{ kind: 'changed', tbl: table.name, row_id: String(key[0]), says }];
    });
}

function rowName(table: string, key: readonly unknown[], row: Record<string, unknown>): string {
  switch (table) {
    case 'budgets':
      return `budget ${key.join(' ')}`;
    case 'issue_comments':
      return `${row.issue_id} comment of ${row.author ?? 'someone'} ${shown(JSON.stringify(row.text))}`;
    case 'memories':
      return `${row.kind} ${key[0]} ${shown(JSON.stringify(row.text))}`;
    default:
      return `${key[0]} ${String(row.type)} link to ${key[1]}`;
  }
}

function by(changes: readonly Change[]): string {
  const [first] = changes;
  if (!first) {
    return 'someone';
  }
  const at = new Date(timeOfStamp(first.stamp)).toISOString().slice(0, 16).replace('T', ' ');
  return `${first.actor ?? nodeOfStamp(first.stamp)}, ${at} UTC`;
}

function shown(value: string | null): string {
  const read = value === null ? null : (JSON.parse(value) as unknown);
  const text = read === null || read === '' ? 'nothing' : String(read).replaceAll(/\s+/g, ' ');
  return text.length > LONG ? `"${text.slice(0, LONG)}…"` : text.includes(' ') ? `"${text}"` : text;
}
