import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Finished, run } from '../harness/process.js';
import { root } from '../harness/root.js';
import { BIN } from '../support/cli.js';
import { tempDir } from '../support/folder.js';

const LM = join(root, 'packages/loom/bin/lm.js');
const PROGRAMS = [
  { program: BIN, words: ['check', '.'], folder: 'create-something-observe' },
  { program: LM, words: ['list'], folder: 'create-something-loom' },
];

describe.skipIf(process.platform !== 'linux')('the compile cache of the program', () => {
  for (const { program, words, folder } of PROGRAMS) {
    const start = (cache: string, env: NodeJS.ProcessEnv = {}): Promise<Finished> =>
      run(process.execPath, [program, ...words], { cwd: cache, env: { XDG_CACHE_HOME: cache, ...env } });

    it(`is kept for the next run of ${folder}, and only if no one else can write there`, async () => {
      const cache = tempDir();
      const kept = join(cache, folder);
      const first = await start(cache);
      const [file, ...others] = readdirSync(kept);
      expect(others).toEqual([]);
      expect(file).toMatch(
        new RegExp(`^program-\\w+\\.cjs-${words[0]}-${process.version}-${process.arch}\\.v8$`),
      );
      const path = join(kept, file as string);
      expect([statSync(kept).mode & 0o777, statSync(path).mode & 0o777]).toEqual([0o700, 0o600]);
      const made = statSync(path);

      expect(await start(cache)).toEqual(first);
      // The kept data was used.
      expect(statSync(path).mtimeMs).toBe(made.mtimeMs);

      // V8 would crash on damaged data.
      const bytes = readFileSync(path);
      bytes[bytes.length >> 1] = ~(bytes[bytes.length >> 1] as number);
      writeFileSync(path, bytes);
      expect(await start(cache)).toEqual(first);
      expect(readFileSync(path)).not.toEqual(bytes);

      chmodSync(path, 0o666);
      expect(await start(cache)).toEqual(first);
      expect(statSync(path).mode & 0o777).toBe(0o600);
    });

    it(`is not kept by ${folder} in a folder of other users, or if it is disabled`, async () => {
      const cache = tempDir();
      const first = await start(cache, { NODE_DISABLE_COMPILE_CACHE: '1' });
      expect(readdirSync(cache)).toEqual([]);
      await start(cache);
      const [file] = readdirSync(join(cache, folder));
      writeFileSync(join(cache, folder, file as string), 'not what V8 made');
      chmodSync(join(cache, folder), 0o777);
      expect(await start(cache)).toEqual(first);
      expect(readFileSync(join(cache, folder, file as string), 'utf8')).toBe('not what V8 made');
    });
  }
});

it('a short command prints the same from a file as by itself', async () => {
  const home = tempDir();
  const lm = (...words: string[]) =>
    run(process.execPath, [LM, ...words], { cwd: home, env: { COLUMNS: '' } });
  for (const word of ['--help', '--version']) {
    const [short, long] = await Promise.all([lm(word), lm(word, '--json')]);
    expect(short.stdout).toBe(`${JSON.parse(long.stdout).data.text}\n`);
  }
});
