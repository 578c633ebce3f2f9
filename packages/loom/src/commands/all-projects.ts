import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ingest } from '../ingest/run.js';
import { findTranscripts } from '../ingest/sources.js';
import { loadPricer } from '../prices/pricer.js';
import type { Database } from '../store/database.js';
import { type GlobalArgs, withLoom } from './spec.js';

/** The Loom of this machine: agents' work in any folder. It is separate from those of projects. */
export function machineFolder(env: NodeJS.ProcessEnv): string {
  return join(env.XDG_DATA_HOME || join(env.HOME || homedir(), '.local', 'share'), 'loom');
}

/** Opens it (and creates it if it is missing), and imports all transcripts first. */
export function withAllProjects<T>(args: GlobalArgs, fn: (db: Database) => T | Promise<T>): Promise<T> {
  const cwd = machineFolder(process.env);
  mkdirSync(join(cwd, '.loom'), { recursive: true });
  return withLoom(
    { ...args, cwd },
    async (db, loomDir) => {
      const { files } = findTranscripts(process.env);
      const pricer = await loadPricer(loomDir);
      ingest(db, { loomDir, files, pricer, now: Date.now(), allProjects: true });
      return fn(db);
    },
    { durability: 'fast' },
  );
}
