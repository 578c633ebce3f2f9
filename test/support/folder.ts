import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, onTestFinished } from 'vitest';
import { scratchFolder } from '../harness/scratch.js';

const made: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of made.splice(0)) await remove();
});

/** A folder with these files, gone after the test. */
export function folderWith(files: Record<string, string | Uint8Array>): string {
  const { dir, remove } = scratchFolder();
  made.push(remove);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), content);
  }
  return dir;
}

/** An empty folder, removed when the test ends. What was given to `onTestFinished` after it ends first. */
export function tempDir(): string {
  const { dir, remove } = scratchFolder();
  onTestFinished(remove);
  return dir;
}

/** An empty folder for all tests of a file, removed after the last. Call it outside the tests. */
export function fileFolder(): string {
  const { dir, remove } = scratchFolder();
  afterAll(remove);
  return dir;
}
