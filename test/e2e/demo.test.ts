import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { npmEnv } from '../harness/npm.js';
import { type RunOptions, run, startGroup } from '../harness/process.js';
import { root } from '../harness/root.js';

const demo = [join(root, 'scripts/demo.mjs'), '--no-open'];
const options: RunOptions = { cwd: root, env: { ...npmEnv(), NO_COLOR: '1' } };
const PROJECT = /\d+ files and folders in (\S+)/;

it('the demo keeps all its promises and leaves nothing behind', async () => {
  const { code, stdout, stderr } = await run(process.execPath, demo, options);
  expect(code, stdout + stderr).toBe(0);
  const kept = Number(/All (\d+) promises kept/.exec(stdout)?.[1]);
  expect(kept).toBeGreaterThan(10);
  // The output fits on one screen.
  const lines = stdout.trimEnd().split('\n');
  expect(lines.length, stdout).toBeLessThanOrEqual(24);
  expect(Math.max(...lines.map((line) => line.length)), stdout).toBeLessThanOrEqual(80);
  expect(stdout).not.toContain('✖');
  expect(existsSync(PROJECT.exec(stdout)?.[1] ?? root)).toBe(false);
});

it.skipIf(process.platform === 'win32')('Ctrl-C ends the demo and cleans up', async () => {
  const child = startGroup(process.execPath, demo, options);
  let said = '';
  let interruptions = 0;
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (interruptions > 0 || !/^init …$/m.test(said) || !child.pid) return;
    interruptions += 1;
    // In a terminal, Ctrl-C reaches the whole group.
    process.kill(-child.pid, 'SIGINT');
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  expect(code, said).toBe(130);
  expect(said).not.toContain('wrangler dev');
  const project = PROJECT.exec(said)?.[1];
  expect(project).toBeDefined();
  expect(existsSync(project ?? root)).toBe(false);
});
