import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../../../packages/loom/src/store/database.js';
import { knownMigrations } from '../../../packages/loom/src/store/migrations.js';
import { openLoom } from '../../../packages/loom/src/store/open.js';
import { Random } from './random.js';
import { type SeedSize, seedLoom } from './seed-loom.js';
import { seedTraces } from './seed-traces.js';

/** Fills an empty Loom with a synthetic project that has data for every page. */
export function seed(db: Database, size: SeedSize): void {
  db.transaction(() => {
    const random = new Random(7);
    const sessions = seedLoom(db, random, size);
    seedTraces(db, random, size.traces, size.now, sessions);
  });
}

/** `node bench/loom/seed.mjs <folder> [traces] [calls] [issues]`, run from the repository's root. */
export function main([dir, traces = '1000', calls = traces, issues = '24']: readonly string[]): number {
  if (!dir) {
    throw new Error('Name the folder to make the project in.');
  }
  const loomDir = join(dir, '.loom');
  mkdirSync(loomDir, { recursive: true });
  const db = openLoom(loomDir, {
    durability: 'fast',
    migrations: knownMigrations('packages/loom/migrations'),
  });
  try {
    seed(db, { traces: Number(traces), calls: Number(calls), issues: Number(issues), now: Date.now() });
  } finally {
    db.close();
  }
  return 0;
}
