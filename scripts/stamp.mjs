import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run.mjs';

const folder = join(root, 'node_modules/.cache/create-something-observe');
const SKIPPED = new Set(['node_modules', 'dist', '.wrangler', '.turbo']);

/**
 * Runs `work` unless `output` exists and no input changed (by name, size and mtime) since it last ran.
 * @param {{ name: string, inputs: string[], output: string }} job paths relative to the repository
 * @param {() => Promise<void>} work
 */
export async function whenChanged({ name, inputs, output }, work) {
  const stampFile = join(folder, `${name}.stamp`);
  const stamp = fingerprint(inputs);
  if (exists(join(root, output)) && read(stampFile) === stamp) return;
  await work();
  mkdirSync(folder, { recursive: true });
  writeFileSync(stampFile, stamp);
}

function fingerprint(inputs) {
  const hash = createHash('sha256').update(process.version);
  for (const input of inputs) {
    for (const file of filesOf(join(root, input))) {
      const { size, mtimeMs } = statSync(file);
      hash.update(`${file}\0${size}\0${mtimeMs}\n`);
    }
  }
  return hash.digest('hex');
}

function filesOf(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return [];
  if (!found.isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => !SKIPPED.has(name))
    .sort()
    .flatMap((name) => filesOf(join(path, name)));
}

function exists(path) {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function read(path) {
  return exists(path) ? readFileSync(path, 'utf8') : '';
}
