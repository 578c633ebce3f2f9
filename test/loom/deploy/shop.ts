import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deploy } from '../../../packages/loom/src/commands/deploy.js';
import { writeScaffold } from '../../../packages/loom/src/store/scaffold.js';
import { tempDir } from '../../support/folder.js';

/** A project with a `.loom` folder, and a name that needs care. */
export function shop() {
  const dir = join(tempDir(), 'Shop & Co');
  mkdirSync(join(dir, '.loom'), { recursive: true });
  writeScaffold(join(dir, '.loom'));
  const server = join(dir, '.loom/server');
  return { dir, server, read: (name: string) => readFileSync(join(server, name), 'utf8') };
}

export interface Flags {
  readonly [name: string]: unknown;
}

/** `lm deploy` with these flags. */
export const run = async (cwd: string, flags: Flags = {}) =>
  deploy.run({
    _: [],
    $0: 'lm',
    cwd,
    json: false,
    write: false,
    yes: false,
    dryRun: false,
    local: false,
    ...flags,
  } as never);
