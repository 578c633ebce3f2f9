import { join } from 'node:path';
import type { Disk } from './disk.js';

/** Facts about the Worker's `main` that need no build. */
export interface WorkerEntry {
  /** As written in the config. */
  readonly path: string;
  readonly exists: boolean;
  /** True if the file contains the runtime or imports it. */
  readonly isTraced: boolean;
}

/** The package's name, and the name in its spans, which stays in a bundle. */
const MARKS = ['@create-something/observability', 'langfuse-sdk-create-something'];
/** Bytes. A Worker's bundle may not be larger than 10 MB compressed. */
const MOST = 64 * 1024 * 1024;

export function readWorkerEntry(dir: string, main: string, disk: Disk): WorkerEntry {
  const path = join(dir, main);
  if (!disk.isFile(path)) return { path: main, exists: false, isTraced: false };
  const text = disk.size(path) > MOST ? '' : disk.text(path);
  return { path: main, exists: true, isTraced: MARKS.some((mark) => text.includes(mark)) };
}
