import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/core/error-codes.js';
import { jsonc, repository, text, worker } from '../commands/repository.js';
import { hashFiles } from '../harness/files.js';
import { commitAll } from '../support/cli.js';
import { folderWith } from '../support/folder.js';
import { INIT, observeHere } from './in-process.js';

const project = () => repository(worker('.', { 'wrangler.jsonc': jsonc('calc') }));
const SOURCE = 'src/index.ts';
const check = (dir: string, baseline: string, ...more: string[]) =>
  observeHere('check', dir, '--baseline', baseline, ...more);

function addTool(dir: string, name: string): void {
  appendFileSync(join(dir, SOURCE), `server.tool('${name}', async () => ({ content: [] }));\n`);
}

describe('check --baseline', () => {
  it('hides findings of the baseline commit, even if lines moved, and reports the share of traced tools', async () => {
    const dir = project();
    expect((await observeHere('check', dir)).code).toBe(EXIT.findings);
    writeFileSync(join(dir, SOURCE), `// one more line\n${text(dir, SOURCE)}`);
    const before = await hashFiles(dir);
    const { code, stdout } = await check(dir, 'HEAD');
    expect(stdout).toMatch(/Score: 0 of 100 \(0 of 1 traced\); \d+ findings known from the baseline\./);
    expect(stdout).toContain('No new findings since the baseline HEAD');
    expect(stdout).not.toContain('langfuse/tool-untraced');
    expect(code).toBe(EXIT.ok);
    expect(await hashFiles(dir)).toEqual(before);
  });

  it('fails for new findings: a new tool, and a second finding that equals a known one', async () => {
    const dir = project();
    addTool(dir, 'erase');
    addTool(dir, 'add');
    const { code, stdout } = await check(dir, 'HEAD');
    expect(code).toBe(EXIT.findings);
    expect(stdout.match(/is not traced/g)).toHaveLength(2);
    expect(stdout).toMatch(/"erase" is not traced/);
    commitAll(dir);
    expect((await check(dir, 'HEAD')).code).toBe(EXIT.ok);
    expect((await check(dir, 'HEAD~1')).code).toBe(EXIT.findings);
  });

  it('accepts the output of check --json', async () => {
    const dir = project();
    const file = join(folderWith({}), 'baseline.json');
    writeFileSync(file, (await observeHere('check', dir, '--json')).stdout);
    expect((await check(dir, file)).code).toBe(EXIT.ok);
    addTool(dir, 'erase');
    const { code, stdout } = await check(dir, file, '--json');
    const { findings, score } = JSON.parse(stdout);
    expect(findings.map(({ rule, line }: { rule: string; line: number }) => [rule, line])).toEqual([
      ['langfuse/tool-untraced', 5],
    ]);
    expect({ code, score }).toEqual({ code: EXIT.findings, score: { traced: 0, handlers: 2, percent: 0 } });
  });

  it('scores 100 only if everything is traced, and has no score without tools', async () => {
    const dir = project();
    await observeHere(INIT[0], dir, ...INIT.slice(1));
    commitAll(dir);
    expect((await check(dir, 'HEAD')).stdout).toContain('Score: 100 of 100 (1 of 1 traced)');
    for (const name of ['a', 'b']) addTool(dir, name);
    expect((await check(dir, 'HEAD')).stdout).toContain('Score: 33 of 100 (1 of 3 traced)');
    const empty = repository(worker('.', { 'wrangler.jsonc': jsonc('calc') }, 'export {};\n'));
    expect((await check(empty, 'HEAD')).stdout).toContain('no tools, resources or prompts to trace');
  });

  it('reports all findings of a Worker that the baseline does not have', async () => {
    const dir = repository({ 'readme.md': 'x\n' });
    for (const [path, content] of Object.entries(worker('.', { 'wrangler.jsonc': jsonc('calc') }))) {
      mkdirSync(dirname(join(dir, path)), { recursive: true });
      writeFileSync(join(dir, path), content);
    }
    const { code, stdout } = await check(dir, 'HEAD');
    expect(stdout).toContain('0 findings known');
    expect(code).toBe(EXIT.findings);
  });

  it.each([
    ['nowhere', /--baseline "nowhere" is neither a file nor a commit/],
    ['package.json', /contains no findings/],
  ])('refuses %s', async (word, says) => {
    const dir = project();
    const path = word === 'package.json' ? join(dir, word) : word;
    const { code, stderr } = await check(dir, path);
    expect(stderr).toMatch(says);
    expect(code).toBe(EXIT.couldNotCheck);
    expect(readFileSync(join(dir, 'package.json'), 'utf8')).toContain('"w"');
  });
});
