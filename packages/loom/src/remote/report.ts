import type { Database } from '../store/database.js';

/** One effect of an exchange: a change, a loss, a decision, or a skipped row. */
export interface Entry {
  readonly kind: 'changed' | 'lost' | 'claim' | 'left out' | 'clock';
  readonly tbl: string | null;
  /** The row's key in readable form. */
  readonly row_id: string | null;
  readonly says: string;
}

export function note(db: Database, entries: readonly Entry[], now: number): void {
  for (const { kind, tbl, row_id, says } of entries) {
    db.run(
      'INSERT INTO remote_log(at, kind, tbl, row_id, says) VALUES (?, ?, ?, ?, ?)',
      Math.round(now),
      kind,
      tbl,
      row_id,
      says,
    );
  }
}

/** Messages that were not printed yet, oldest first. */
export function untold(db: Database): Entry[] {
  return db.transaction(() => {
    const entries = db.all<Entry>(
      'SELECT kind, tbl, row_id, says FROM remote_log WHERE told = 0 ORDER BY seq',
    );
    db.run('UPDATE remote_log SET told = 1 WHERE told = 0');
    return entries;
  });
}

export function remoteLog(db: Database, limit: number): (Entry & { readonly at: number })[] {
  return db
    .all<Entry & { at: number }>(
      'SELECT at, kind, tbl, row_id, says FROM remote_log ORDER BY seq DESC LIMIT ?',
      limit,
    )
    .reverse();
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

export function keyText(rowKey: string): string {
  return (JSON.parse(rowKey) as unknown[]).join(' ');
}
