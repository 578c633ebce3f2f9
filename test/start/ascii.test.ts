import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../harness/root.js';

it.each(['dist', 'packages/loom/dist'])(
  'the program in %s contains only ASCII, as its start requires',
  (dist) => {
    const folder = join(root, dist);
    const programs = readdirSync(folder).filter((name) => /^program-.*\.cjs$/.test(name));
    expect(programs).toHaveLength(1);
    for (const name of programs) {
      expect([...readFileSync(join(folder, name))].filter((byte) => byte > 127)).toEqual([]);
    }
  },
);
