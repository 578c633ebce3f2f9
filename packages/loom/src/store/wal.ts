import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Driver } from './driver.js';

/**
 * Whether this SQLite has no "WAL-reset" bug, which can corrupt a database with several writing processes.
 * Fixed in 3.51.3, and in the branches 3.50.7 and 3.44.6 (sqlite.org/wal.html).
 */
export function walIsSafe(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  if (major !== 3) {
    return major > 3;
  }
  if (minor === 50) {
    return patch >= 7;
  }
  if (minor === 44) {
    return patch >= 6;
  }
  return minor > 51 || (minor === 51 && patch >= 3);
}

/**
 * Some file systems accept WAL but fail on the first write, so a test file is written next to the database
 * first.
 */
export function walWorksIn(driver: Driver, databasePath: string): boolean {
  const probe = join(dirname(databasePath), `probe-${randomBytes(6).toString('hex')}.tmp`);
  try {
    const db = driver.open(probe);
    try {
      const mode = db.prepare('PRAGMA journal_mode = WAL').get();
      db.exec('CREATE TABLE t(x); INSERT INTO t VALUES (1)');
      return mode?.journal_mode === 'wal';
    } finally {
      db.close();
    }
  } catch {
    return false;
  } finally {
    for (const suffix of ['', '-wal', '-shm', '-journal']) {
      rmSync(probe + suffix, { force: true });
    }
  }
}
