import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { npmInstall } from '../../test/harness/npm.js';
import { root } from '../../test/harness/root.js';

/** The tools that we compare with. They are not dependencies of this repository. */
const VERSIONS = {
  '@ast-grep/napi': '0.51.2',
  jscodeshift: '17.4.0',
  'magic-string': '1.4.5',
  'oxc-parser': '0.159.0',
  'ts-morph': '28.0.0',
};

/** Installs the peers into a folder of the system's temp, once, and puts their programs next to them. */
export async function preparePeers(): Promise<string> {
  const dir = join(tmpdir(), 'observe-bench-peers');
  await mkdir(dir, { recursive: true });
  const manifest = JSON.stringify({ private: true, dependencies: VERSIONS });
  const path = join(dir, 'package.json');
  const installed = await readFile(join(dir, 'installed.json'), 'utf8').catch(() => '');
  if (installed !== manifest) {
    await writeFile(path, manifest);
    await npmInstall(dir);
    await writeFile(join(dir, 'installed.json'), manifest);
  }
  await cp(join(root, 'bench/codemod/peers'), dir, { recursive: true });
  return dir;
}
