import { mkdtempSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Scratch {
  /** Absolute, without symbolic links. */
  readonly dir: string;
  /** Removes the folder with everything in it. A second call does nothing. */
  remove(): Promise<void>;
}

/** Makes an empty folder outside the repository. Inside a test, `support/folder.ts` also removes it. */
export function scratchFolder(): Scratch {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'observe-test-')));
  return { dir, remove: () => rm(dir, { recursive: true, force: true, maxRetries: 5 }) };
}
