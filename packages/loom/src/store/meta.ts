import type { Database } from './database.js';

/** Local values of this machine, by name. */
export function readMeta(db: Database, key: string): string | undefined {
  return db.get<{ value: string }>('SELECT value FROM loom_meta WHERE key = ?', key)?.value;
}

export function writeMeta(db: Database, key: string, value: string): void {
  db.run(
    'INSERT INTO loom_meta(key, value) VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value',
    key,
    value,
  );
}

export function deleteMeta(db: Database, key: string): void {
  db.run('DELETE FROM loom_meta WHERE key = ?', key);
}
