import { join } from 'node:path';
import type { Disk } from './disk.js';

/** The Worker's `main`, as far as it is known without a build. */
export interface WorkerEntry {
  /** As the config says it. */
  readonly path: string;
  readonly exists: boolean;
  /** Whether the runtime, or an import of it, is in the file itself. */
  readonly isTraced: boolean;
}

/** The package's name, and the name its spans carry, which stays in a bundle when the import is gone. */
const MARKS = ['@create-something/observability', 'langfuse-sdk-create-something'];
/** Bytes. A Worker's bundle may not be larger than 10 MB compressed. */
const MOST = 64 * 1024 * 1024;

export function readWorkerEntry(dir: string, main: string, disk: Disk): WorkerEntry {
  const path = join(dir, main);
  if (!disk.isFile(path)) return { path: main, exists: false, isTraced: false };
  const text = disk.size(path) > MOST ? '' : disk.text(path);
  return { path: main, exists: true, isTraced: MARKS.some((mark) => text.includes(mark)) };
}
