import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const require = createRequire(import.meta.url);

test.each([
  ['typescript', '5.9', {}],
  ['typescript-7', '7', {}],
  ['typescript', '5.9', { module: 'ESNext', moduleResolution: 'Bundler' }],
  ['typescript-7', '7', { module: 'ESNext', moduleResolution: 'Bundler' }],
])(
  'generated code compiles with %s %s and %j',
  (name, version, options) => {
    const root = dirname(require.resolve(`${name}/package.json`));
    const { version: installed } = require(`${name}/package.json`);
    expect(installed.startsWith(version)).toBe(true);
    const flags = Object.entries(options).flatMap(([key, value]) => [`--${key}`, String(value)]);
    const project = join(import.meta.dirname, 'types');
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      [join(root, 'bin/tsc'), '-p', project, ...flags],
      {
        encoding: 'utf8',
      },
    );
    expect(stdout + stderr).toBe('');
    expect(status).toBe(0);
  },
  120_000,
);
