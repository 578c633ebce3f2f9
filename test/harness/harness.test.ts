import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { folderWith } from '../support/folder.js';
import { CALLS, type Call, callEverything, unexpectedAnswers } from './calls.js';
import type { McpClient } from './client.js';
import { differences, hashFiles } from './files.js';
import { mustRun, run } from './process.js';

// All other tests use the harness, so these tests show the errors that it must find.

describe('the comparison of folders', () => {
  let dir: string;
  beforeEach(() => {
    dir = folderWith({ 'src/a.ts': 'a\n', 'b.txt': 'b\n' });
  });

  const changes: [what: string, change: () => Promise<unknown>, seen: object[]][] = [
    ['nothing', async () => {}, []],
    ['one byte', () => writeFile(join(dir, 'src/a.ts'), 'a\r\n'), [{ path: 'src/a.ts', what: 'changed' }]],
    ['a new file', () => writeFile(join(dir, 'src/c.ts'), ''), [{ path: 'src/c.ts', what: 'added' }]],
    ['a lost file', () => rm(join(dir, 'b.txt')), [{ path: 'b.txt', what: 'removed' }]],
    ['an empty folder', () => mkdir(join(dir, '.loom')), [{ path: '.loom/', what: 'added' }]],
    ['a file made executable', () => chmod(join(dir, 'b.txt'), 0o755), [{ path: 'b.txt', what: 'changed' }]],
    ['installed packages', () => mkdir(join(dir, 'node_modules')), []],
  ];

  it.each(changes)('sees %s', async (_what, change, seen) => {
    await chmod(join(dir, 'b.txt'), 0o644);
    const before = await hashFiles(dir);
    await change();
    expect(differences(before, await hashFiles(dir))).toEqual(seen);
  });
});

describe('the check of answers', () => {
  const right: Call = { tool: 'list_stations', input: {}, says: 'brest, dover' };
  const answer = (text: string, isError = false) => [
    { call: right, result: { content: [{ type: 'text', text }], isError } },
  ];

  it('accepts the expected answer', () => {
    expect(unexpectedAnswers(answer(right.says))).toEqual([]);
  });

  it('refuses another text, and the right text with a failure', () => {
    expect(unexpectedAnswers(answer('something else'))).toHaveLength(1);
    expect(unexpectedAnswers(answer(right.says, true))).toHaveLength(1);
  });

  it('refuses a server with a tool that is never called', async () => {
    const client = {
      listTools: async () => [{ name: 'forgotten', inputSchema: {} }],
    } as unknown as McpClient;
    await expect(callEverything(client, CALLS.demo)).rejects.toThrow(/forgotten/);
  });
});

describe('the programs that it runs', () => {
  const node = (code: string) => ['-e', code];

  it('end with all processes of their group after the timeout', async () => {
    const child = `console.log(require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e3)'], { stdio: 'inherit' }).pid)`;
    const { code, stdout, stderr } = await run(process.execPath, node(child), {
      cwd: tmpdir(),
      timeoutMs: 2000,
    });
    // `run` resolves only after the last process with the pipes has ended: the grandchild, too.
    expect(code).not.toBe(0);
    expect(stderr).toContain('killed after 2000 ms');
    // The grandchild did start, so it did have the pipes.
    expect(Number(stdout)).toBeGreaterThan(0);
  });

  it('have their output in the error when they fail', async () => {
    const failing = mustRun(process.execPath, node(`console.error('no such note'); process.exit(3)`), {
      cwd: tmpdir(),
    });
    await expect(failing).rejects.toThrow(/exit code 3\s+no such note/);
  });
});
