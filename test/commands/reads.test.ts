import { relative } from 'node:path';
import { expect, it, vi } from 'vitest';
import { main } from '../../src/commands/main.js';
import { Disk, type DiskReader, realReader } from '../../src/project/disk.js';
import * as documents from '../../src/wrangler/document.js';
import { committedWorker, git } from '../support/cli.js';

vi.mock('../../src/wrangler/document.js', async (original) => {
  const real = await original<typeof documents>();
  return { ...real, parseConfig: vi.fn(real.parseConfig) };
});

/** Runs `init` on a folder and notes all that it asks of the machine. */
async function watched(dir: string, ...args: string[]) {
  const asked = { read: [] as string[], list: [] as string[], git: [] as string[] };
  const reader: DiskReader = {
    look: realReader.look,
    read: (path) => {
      asked.read.push(relative(dir, path));
      return realReader.read(path);
    },
    list: (folder) => {
      asked.list.push(relative(dir, folder));
      return realReader.list(folder);
    },
    git: (from, words) => {
      asked.git.push([relative(dir, from), ...words].join(' '));
      return realReader.git(from, words);
    },
  };
  vi.mocked(documents.parseConfig).mockClear();
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  try {
    expect(await main(['init', dir, ...args], '0.0.0', new Disk(reader))).toBe(0);
  } finally {
    stdout.mockRestore();
  }
  return { ...asked, parses: vi.mocked(documents.parseConfig).mock.calls.length };
}

const repeated = (words: readonly string[]) => words.filter((word, at) => words.indexOf(word) !== at);

it('reads and parses each file once before it writes, and runs each git command once', async () => {
  const { dir, remove } = await committedWorker('demo');
  const { read, list, git: questions, parses } = await watched(dir, '--dry-run');
  expect(read).toEqual(expect.arrayContaining(['package.json', 'wrangler.jsonc', 'src/index.ts']));
  expect([repeated(read), repeated(list), repeated(questions)]).toEqual([[], [], []]);
  expect(questions).toHaveLength(3);
  // Once to read the config, and once to prove the edits.
  expect(parses).toBe(2);
  await remove();
});

it('reads again only the files that it wrote', async () => {
  const { dir, remove } = await committedWorker('demo');
  const { read } = await watched(dir, '--yes', '--no-install');
  const changed = git(dir, 'diff', '--name-only').trim().split('\n');
  expect(changed).toContain('src/index.ts');
  expect(repeated(read).sort()).toEqual(changed);
  await remove();
});
