import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder. Searched for, because the demo runs this file from a bundle elsewhere. */
export const root = find(dirname(fileURLToPath(import.meta.url)));

function find(dir: string): string {
  if (existsSync(join(dir, 'fixtures/workers'))) return dir;
  const parent = dirname(dir);
  if (parent === dir) throw new Error('This file is not inside the repository');
  return find(parent);
}
