import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, onTestFinished } from 'vitest';
import { scratchFolder } from '../harness/scratch.js';

const made: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of made.splice(0)) await remove();
});

/** A folder with these files. It is removed after the test. */
export function folderWith(files: Record<string, string | Uint8Array>): string {
  const { dir, remove } = scratchFolder();
  made.push(remove);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), content);
  }
  return dir;
}

/** An empty folder. It is removed when the test ends, after later calls of `onTestFinished`. */
export function tempDir(): string {
  const { dir, remove } = scratchFolder();
  onTestFinished(remove);
  return dir;
}

/** An empty folder for all tests of a file. It is removed after the last test. Call it outside tests. */
export function fileFolder(): string {
  const { dir, remove } = scratchFolder();
  afterAll(remove);
  return dir;
}
