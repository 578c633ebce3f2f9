import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readLines } from '../../../packages/loom/src/ingest/lines.js';
import { tempDir } from '../../support/folder.js';
import { bareEnv, data, LM, lm, project } from '../project.js';
import { line, prompt, type Row, response, writeClaude } from './transcripts.js';

function session(dir: string, name: string, turns: number): Row[] {
  const s = { sessionId: name, cwd: dir };
  return Array.from({ length: turns }, (_, n) => [
    prompt(s, `${name}-u${n}`, n * 10),
    response(s, `${name}-m${n}`, n * 10 + 1, { input: 100, output: 5 }),
    response(s, `${name}-m${n}`, n * 10 + 2, { input: 100, output: 50 }),
  ]).flat();
}

/** Runs `lm ingest` and kills it after a delay, unless it has ended by then. */
function ingestFor(dir: string, env: Record<string, string>, ms: number) {
  const child = spawn(process.execPath, [LM, 'ingest', '--json'], { cwd: dir, env: bareEnv(dir, env) });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      said += chunk;
    });
  }
  const timer = setTimeout(() => child.kill('SIGKILL'), ms);
  return new Promise<{ killed: boolean; code: number | null; said: string }>((resolve) => {
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ killed: signal !== null, code, said });
    });
  });
}

it('killed again and again, ingest continues: nothing is lost, nothing counts twice', async () => {
  const { dir, db } = project();
  const home = join(dir, 'home');
  for (const name of ['a', 'b', 'c']) {
    writeClaude(home, `p/${name}.jsonl`, session(dir, name, 4000));
  }
  const env = { CLAUDE_CONFIG_DIR: home, CODEX_HOME: home };
  const count = () => Number(db.get('SELECT COUNT(*) AS n FROM llm_calls')?.n);
  let kills = 0;
  let acknowledged = 0;
  for (let after = 250; ; after += 40) {
    const ended = await ingestFor(dir, env, after);
    if (!ended.killed) {
      expect(ended.code, ended.said).toBe(0);
      break;
    }
    kills += 1;
    // Existing rows stay.
    expect(count()).toBeGreaterThanOrEqual(acknowledged);
    acknowledged = count();
  }
  expect(kills).toBeGreaterThan(0);
  expect(db.get('SELECT COUNT(*) AS calls, SUM(output_tokens) AS output FROM llm_calls')).toMatchObject({
    calls: 12_000,
    output: 600_000,
  });
  expect(db.get('SELECT COUNT(*) AS n FROM iterations')?.n).toBe(12_000);
  expect(db.get('PRAGMA integrity_check')?.integrity_check).toBe('ok');
}, 120_000);

it('complete lines are read across chunks, with little memory', () => {
  const path = join(tempDir(), 'big.jsonl');
  const file = openSync(path, 'w');
  const long = 'ü'.repeat(700_000);
  for (let n = 0; n < 20; n += 1) {
    writeSync(file, `${n}${long}\n`);
  }
  writeSync(file, 'cut off');
  closeSync(file);
  const lines = [...readLines(path, 0)];
  expect(lines.map((read) => read.text?.length)).toEqual(
    Array.from({ length: 20 }, (_, n) => long.length + String(n).length),
  );
  const again = [...readLines(path, lines[18]?.end ?? 0)];
  expect(again.map((read) => read.text?.slice(0, 2))).toEqual(['19']);
  expect(again[0]?.end).toBe(lines[19]?.end);
});

it('a line that is too long is skipped and counted', () => {
  const path = join(tempDir(), 'long.jsonl');
  const chunk = 1024 * 1024;
  writeFileSync(path, `before\n${'x'.repeat(3 * chunk)}\nafter\n${'y'.repeat(chunk)}\nlast\n`);
  const lines = [...readLines(path, 0, chunk / 2)];
  expect(lines.map((read) => read.text)).toEqual(['before', undefined, 'after', undefined, 'last']);
  expect(lines[1]?.end).toBe(7 + 3 * chunk + 1);
});

it('an empty transcripts folder is not an error', () => {
  const { dir } = project();
  mkdirSync(join(dir, 'home/projects'), { recursive: true });
  expect(data(lm(dir, ['ingest', '--json'], { CLAUDE_CONFIG_DIR: join(dir, 'home') }))).toMatchObject({
    calls: 0,
    files: 0,
  });
  expect(line([])).toBe('');
});
