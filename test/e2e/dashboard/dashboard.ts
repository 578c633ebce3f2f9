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
  /** The same with its token. */
  readonly openUrl: string;
  /** Where the page is once it is open: a name of its own. */
  readonly pageUrl: string;
  stop(): Promise<void>;
}

/** Runs the built `lm dashboard`, as a user would. */
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

/** A folder of its own with a made-up project in it; `change` is done to its database at last. */
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
