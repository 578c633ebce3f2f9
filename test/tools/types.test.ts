import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

// Both compilers use fixtures/tools/tsconfig.json: it is strict, refuses unused parameters, and includes inputs and
// results.
it.each(['typescript', 'typescript-7'])(
  'generated code type-checks with %s',
  async (compiler) => {
    const tsc = `${root}/node_modules/${compiler}/bin/tsc`;
    const outcome = run(process.execPath, [tsc, '-p', 'fixtures/tools/tsconfig.json'], { cwd: root });
    await expect(
      outcome.catch((error: { stdout: string }) => ({ stdout: error.stdout })),
    ).resolves.toMatchObject({
      stdout: '',
    });
  },
  120_000,
);
