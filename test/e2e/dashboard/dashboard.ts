import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../../../packages/loom/src/store/database.js';
import { openLoom } from '../../../packages/loom/src/store/open.js';
import { openPage } from '../../harness/dashboard-page.js';
import { printed, startGroup, stopGroup } from '../../harness/process.js';
import { root } from '../../harness/root.js';
import { type Scratch, scratchFolder } from '../../harness/scratch.js';
import { seed } from '../../loom/dashboard/seed.js';

export const LM = join(root, 'packages/loom/bin/lm.js');

const READY = /(http:\/\/\S+)\/\?token=\w+/;

export interface RunningDashboard {
  /** Such as `http://127.0.0.1:41000`. */
  readonly url: string;
  /** The same address with the token. */
  readonly openUrl: string;
  /** The origin of the open page, which has another host name. */
  readonly pageUrl: string;
  stop(): Promise<void>;
}

/** Runs the built `lm dashboard`, like a user. */
export async function startDashboard(dir: string, port = 0): Promise<RunningDashboard> {
  const child = startGroup(process.execPath, ['--no-warnings', LM, 'dashboard', '--port', String(port)], {
    cwd: dir,
  });
  const match = await printed(child, READY);
  const page = await openPage(match[0]);
  return {
    url: match[1] ?? '',
    openUrl: match[0],
    pageUrl: `http://${page.host}`,
    stop: () => stopGroup(child),
  };
}

/** A folder of its own with a made-up project in it; `change` changes its database at the end. */
export function seededProject(traces: number, change?: (db: Database) => void): Scratch {
  const made = scratchFolder();
  const { dir } = made;
  mkdirSync(join(dir, '.loom'));
  const db = openLoom(join(dir, '.loom'), { durability: 'fast' });
  try {
    seed(db, { traces, calls: Math.min(traces, 2000), now: Date.now() });
    change?.(db);
  } finally {
    db.close();
  }
  return made;
}
