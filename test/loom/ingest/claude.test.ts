import {
  appendFileSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { costReport } from '../../../packages/loom/src/cost/report.js';
import { lm } from '../project.js';
import { reading } from './reading.js';
import {
  at,
  codexRow,
  line,
  prompt,
  response,
  T0,
  tokenCount,
  toolResult,
  writeClaude,
  writeCodex,
} from './transcripts.js';

/** The message of a call. */
const id = (row: Record<string, unknown>) => String(row.id);

describe('one response', () => {
  it('in several rows is one call, with the last and largest usage, priced with both cache lifetimes', async () => {
    const { dir, home, read, calls } = reading();
    const s = { sessionId: 's1', cwd: dir };
    writeClaude(home, 'p/s1.jsonl', [
      prompt(s, 'u1', 0),
      response(s, 'm1', 1, { input: 1000, output: 1, read: 2000, w5: 300, w1h: 100 }),
      response(s, 'm1', 2, { input: 1000, output: 500, read: 2000, w5: 300, w1h: 100 }),
      response(s, 'm2', 3, { input: 10, output: 10 }),
    ]);
    const report = await read();
    expect(report).toMatchObject({ calls: 2, badLines: 0, unpriced: 0 });
    // 1000 x 3 + 500 x 15 + 2000 x 0.30 + 300 x 3.75 + 100 x 6 dollars per million
    expect(calls()[0]).toMatchObject({
      id: 'm1',
      input_tokens: 1000,
      output_tokens: 500,
      cache_read_tokens: 2000,
      cache_write_5m_tokens: 300,
      cache_write_1h_tokens: 100,
      cost_micros: 12_825,
      cost_basis: 'calculated',
      iteration: 1,
      final: 1,
    });
  });

  it('is not final while more rows may follow', async () => {
    const { dir, home, read, calls } = reading();
    const s = { sessionId: 's1', cwd: dir };
    const file = writeClaude(home, 'p/s1.jsonl', [prompt(s, 'u1', 0), response(s, 'm1', 1, { output: 1 })]);
    await read({ now: T0 + 10_000 });
    expect(calls().map((call) => call.final)).toEqual([0]);
    appendFileSync(file, line([response(s, 'm1', 2, { output: 50 })]));
    await read({ now: T0 + 10_000 });
    expect(calls().map((call) => [call.final, call.output_tokens])).toEqual([[0, 50]]);
    await read();
    expect(calls().map((call) => [call.final, call.output_tokens])).toEqual([[1, 50]]);
  });

  it('that a resumed session, or a sidechain with a new request id, repeats stays with the first session', async () => {
    const { dir, home, read, calls, db } = reading();
    const [a, b] = [
      { sessionId: 'a', cwd: dir },
      { sessionId: 'b', cwd: dir },
    ];
    writeClaude(home, 'p/a.jsonl', [prompt(a, 'u1', 0), response(a, 'm1', 1, { output: 10 })]);
    writeClaude(home, 'p/b.jsonl', [
      prompt(b, 'u1', 0),
      response(b, 'm1', 1, { output: 10 }),
      response(b, 'm1', 1, { output: 10 }, { requestId: 'other', row: { isSidechain: true } }),
      prompt(b, 'u2', 10),
      response(b, 'm2', 11, { output: 20 }),
    ]);
    await read();
    expect(calls().map((call) => [id(call), call.iteration])).toEqual([
      ['m1', 1],
      ['m2', 1],
    ]);
    const owners = db.all(
      'SELECT c.id, s.source_session_id AS s FROM llm_calls c JOIN sessions s ON s.id = c.session_id ORDER BY 1',
    );
    expect(owners.map((row) => Object.values(row))).toEqual([
      ['m1', 'a'],
      ['m2', 'b'],
    ]);
    expect(db.all('SELECT id FROM iterations ORDER BY id').map((row) => row.id)).toEqual(['u1', 'u2']);
  });

  it('stays with the session that had it first, whatever the file names', async () => {
    const { dir, home, read, db } = reading();
    const resumed = writeClaude(home, 'p/a.jsonl', [
      response({ sessionId: 'resumed', cwd: dir }, 'm1', 1, { output: 10 }),
      response({ sessionId: 'resumed', cwd: dir }, 'm2', 2, { output: 10 }),
    ]);
    const first = writeClaude(home, 'p/z.jsonl', [
      response({ sessionId: 'first', cwd: dir }, 'm1', 1, { output: 10 }),
    ]);
    utimesSync(first, 1000, 1000);
    utimesSync(resumed, 2000, 2000);
    await read();
    const owners = db.all(
      'SELECT c.id, s.source_session_id AS s FROM llm_calls c JOIN sessions s ON s.id = c.session_id ORDER BY 1',
    );
    expect(owners.map((row) => Object.values(row))).toEqual([
      ['m1', 'first'],
      ['m2', 'resumed'],
    ]);
  });

  it('that was cut in the first session gets the usage of a complete copy, and stays in that session', async () => {
    const { dir, home, read, calls } = reading();
    const [a, b] = [
      { sessionId: 'a', cwd: dir },
      { sessionId: 'b', cwd: dir },
    ];
    writeClaude(home, 'p/a.jsonl', [prompt(a, 'u1', 0), response(a, 'm1', 1, { output: 1 })]);
    writeClaude(home, 'p/b.jsonl', [
      response(b, 'm1', 1, { output: 50 }),
      response(b, 'm1', 1, { output: 9 }, { requestId: 'other' }),
    ]);
    writeClaude(home, 'p/c.jsonl', [response({ sessionId: 'c', cwd: dir }, 'm1', 1, { output: 7 })]);
    await read();
    expect(calls().map((call) => [id(call), call.output_tokens, call.iteration])).toEqual([['m1', 50, 1]]);
  });

  it('of a subagent belongs to the session and turn that started it', async () => {
    const { dir, home, read, calls } = reading();
    const s = { sessionId: 's1', cwd: dir };
    const side = { ...s, more: { agentId: 'a7', isSidechain: true } };
    writeClaude(home, 'p/s1/subagents/agent-a7.jsonl', [
      prompt(side, 'x', 3),
      response(side, 'm2', 4, { output: 7 }),
    ]);
    writeClaude(home, 'p/s1.jsonl', [
      prompt(s, 'u1', 0),
      response(s, 'm1', 1, { output: 5 }),
      prompt(s, 'u2', 9),
      response(s, 'm3', 10, { output: 5 }),
    ]);
    await read();
    expect(calls().map((call) => [id(call), call.iteration, call.agent_id])).toEqual([
      ['m1', 1, null],
      ['m2', 1, 'a7'],
      ['m3', 2, null],
    ]);
  });
});

describe('other rows', () => {
  it('are left out: synthetic models, API errors, rows without usage, meta prompts', async () => {
    const { dir, home, read, calls, db } = reading();
    const s = { sessionId: 's1', cwd: dir };
    writeClaude(home, 'p/s1.jsonl', [
      { type: 'summary', summary: 'x' },
      prompt({ ...s, more: { isMeta: true } }, 'meta', 0),
      prompt(s, 'u1', 1),
      response(s, 'm1', 2, { output: 9 }, { model: '<synthetic>' }),
      response(s, 'm2', 3, { output: 9 }, { row: { isApiErrorMessage: true } }),
      { ...response(s, 'm3', 4, {}), message: { id: 'm3', model: 'claude-opus-4-1', content: 'no usage' } },
      response(s, 'm4', 5, { output: 9 }),
    ]);
    await read();
    expect(calls().map(id)).toEqual(['m4']);
    expect(db.get('SELECT COUNT(*) AS n FROM iterations')?.n).toBe(1);
  });
});

describe('a price', () => {
  it('that is unknown is not $0, and can be set in prices.json', async () => {
    const { dir, home, loomDir, read, calls } = reading();
    const s = { sessionId: 's1', cwd: dir };
    writeClaude(home, 'p/s1.jsonl', [
      prompt(s, 'u1', 0),
      response(s, 'm1', 1, { input: 1_000_000, output: 1_000_000 }, { model: 'claude-of-tomorrow' }),
      response(s, 'm2', 2, { input: 1_000_000, speed: 'fast' }),
    ]);
    expect((await read()).unpriced).toBe(2);
    expect(calls().map((call) => [call.cost_micros, call.cost_basis])).toEqual([
      [null, 'unpriced'],
      [null, 'unpriced'],
    ]);
    writeFileSync(
      join(loomDir, 'prices.json'),
      JSON.stringify({
        'claude-of-tomorrow': { input: 2, output: 8 },
        'claude-sonnet-4-5-20250929@fast': { input: 6, output: 30 },
      }),
    );
    expect(await read()).toMatchObject({ repriced: 2, unpriced: 0 });
    expect(calls().map((call) => call.cost_micros)).toEqual([10_000_000, 6_000_000]);
    expect(await read()).toMatchObject({ repriced: 0 });
  });

  it('in prices.json overrides the list price, and a change there updates earlier calls', async () => {
    const { dir, home, loomDir, read, calls } = reading();
    const s = { sessionId: 's1', cwd: dir };
    writeClaude(home, 'p/s1.jsonl', [prompt(s, 'u1', 0), response(s, 'm1', 1, { input: 100_000 })]);
    const priced = async (prices: object | undefined) => {
      if (prices) {
        writeFileSync(join(loomDir, 'prices.json'), JSON.stringify(prices));
      } else {
        rmSync(join(loomDir, 'prices.json'), { force: true });
      }
      await read();
      return calls().map((call) => call.cost_micros);
    };
    expect(await priced(undefined)).toEqual([300_000]);
    expect(await priced({ 'claude-sonnet-4-5-20250929': { input: 2, output: 8 } })).toEqual([200_000]);
    expect(await priced({ 'claude-sonnet-4-5-20250929': { input: 1, output: 8 } })).toEqual([100_000]);
    expect(await priced(undefined)).toEqual([300_000]);
  });

  it('of another service tier differs from the standard price', async () => {
    const { dir, home, loomDir, read, calls } = reading();
    const s = { sessionId: 's1', cwd: dir };
    writeClaude(home, 'p/s1.jsonl', [
      response(s, 'm1', 1, { input: 1000, tier: 'standard', speed: 'standard' }),
      response(s, 'm2', 2, { input: 1000, tier: 'batch' }),
      response(s, 'm3', 3, { input: 1000, tier: 'priority', speed: 'fast' }),
    ]);
    await read();
    expect(calls().map((call) => [call.service_tier, call.cost_micros])).toEqual([
      [null, 3000],
      // Half, at Anthropic.
      ['batch', 1500],
      ['fast', null],
    ]);
    writeFileSync(
      join(loomDir, 'prices.json'),
      '{"claude-sonnet-4-5-20250929@batch": {"input": 1, "output": 7.5}}',
    );
    await read();
    expect(calls().map((call) => call.cost_micros)).toEqual([3000, 1000, null]);
  });

  it('that is not a valid amount is ignored, and so are invalid counts', async () => {
    const { dir, home, read, calls, db } = reading();
    const s = { sessionId: 's1', cwd: dir };
    writeClaude(home, 'p/s1.jsonl', [
      response(s, 'm1', 1, { output: 10 }, { row: { costUSD: 1e300 } }),
      response(s, 'm2', 2, { input: Number.MAX_SAFE_INTEGER, output: 10 }),
      response(s, 'm3', 3, { input: Number.MAX_SAFE_INTEGER, output: 10 }),
    ]);
    expect(await read()).toMatchObject({ calls: 3 });
    expect(calls().map((call) => [call.total_tokens, call.cost_micros])).toEqual([
      [10, 150],
      [10, 150],
      [10, 150],
    ]);
    expect(costReport(db, 'model', { since: 0, until: Date.now(), dimension: '' })).toMatchObject([
      { tokens: 30 },
    ]);
  });

  it('that the agent reported is used unchanged', async () => {
    const { dir, home, read, calls } = reading();
    const s = { sessionId: 's1', cwd: dir };
    writeClaude(home, 'p/s1.jsonl', [
      prompt(s, 'u1', 0),
      response(s, 'm1', 1, { output: 10 }, { row: { costUSD: 0.25 } }),
    ]);
    await read();
    expect(calls()[0]).toMatchObject({ cost_micros: 250_000, cost_basis: 'reported' });
  });
});

describe('tools and files', () => {
  it('are recorded without their content', async () => {
    const { dir, home, read, db } = reading();
    const s = { sessionId: 's1', cwd: dir };
    const use = (tool: string, name: string, input: unknown) => [{ type: 'tool_use', id: tool, name, input }];
    writeClaude(home, 'p/s1.jsonl', [
      prompt(s, 'u1', 0),
      response(
        s,
        'm1',
        1,
        { output: 1 },
        { content: use('t1', 'Edit', { file_path: join(dir, 'src/a.ts'), new_string: 'secret' }) },
      ),
      toolResult(s, 't1', 3, {
        toolUseResult: {
          filePath: join(dir, 'src/a.ts'),
          structuredPatch: [{ lines: [' x', '-old', '+new', '+more'] }],
        },
      }),
      response(s, 'm2', 4, { output: 1 }, { content: use('t2', 'Bash', { command: 'rm secret' }) }),
      toolResult(s, 't2', 5, { is_error: true }),
      response(s, 'm3', 6, { output: 1 }, { content: use('t3', 'Write', { file_path: '/etc/outside' }) }),
    ]);
    await read();
    const tools = db.all('SELECT id, name, ok, duration_ms, path FROM tool_calls ORDER BY id');
    expect(tools.map((row) => Object.values(row))).toEqual([
      ['t1', 'Edit', 1, 2000, 'src/a.ts'],
      ['t2', 'Bash', 0, 1000, null],
      ['t3', 'Write', null, null, '…/outside'],
    ]);
    expect(
      db
        .all('SELECT path, change_type, lines_added, lines_removed FROM files_modified')
        .map((row) => Object.values(row)),
    ).toEqual([['src/a.ts', 'modified', 2, 1]]);
    const everything = [
      'llm_calls',
      'tool_calls',
      'sessions',
      'iterations',
      'files_modified',
      'ingest_cursors',
    ]
      .map((table) => JSON.stringify(db.all(`SELECT * FROM ${table}`)))
      .join('');
    expect(everything).not.toContain('secret');
    expect(everything).not.toContain('please do it');
  });

  it('count once, however often the file is read', async () => {
    const { dir, home, read, db } = reading();
    const s = { sessionId: 's1', cwd: dir };
    const file = writeClaude(home, 'p/s1.jsonl', [
      prompt(s, 'u1', 0),
      response(
        s,
        'm1',
        1,
        { output: 1 },
        { content: [{ type: 'tool_use', id: 't1', name: 'Edit', input: {} }] },
      ),
      toolResult(s, 't1', 3, {
        toolUseResult: { filePath: join(dir, 'a'), structuredPatch: [{ lines: ['+x'] }] },
      }),
    ]);
    await read();
    db.run('DELETE FROM ingest_cursors');
    await read();
    appendFileSync(file, line([response(s, 'm2', 9, { output: 1 })]));
    await read();
    expect(db.get('SELECT lines_added FROM files_modified')?.lines_added).toBe(1);
    expect(db.get('SELECT COUNT(*) AS n FROM llm_calls')?.n).toBe(2);
  });
});

describe('a bad file', () => {
  it('does not stop the others: broken lines, a cut end, unexpected shapes', async () => {
    const { dir, home, read, calls } = reading();
    const s = { sessionId: 's1', cwd: dir };
    const cut = JSON.stringify(response(s, 'm9', 9, { output: 1 })).slice(0, 80);
    const file = writeClaude(home, 'p/s1.jsonl', []);
    writeFileSync(
      file,
      `${line([prompt(s, 'u1', 0)])}{"type":"assistant", broken\n\n[1]\n"user"\nnull\n${line([
        { type: 'assistant', timestamp: 'never', sessionId: 's1' },
        { type: 'user', timestamp: at(1), sessionId: 's1', message: 'text' },
        response(s, 'm1', 2, { output: 1 }),
      ])}${cut}`,
    );
    expect(await read()).toMatchObject({ calls: 1, badLines: 1 });
    appendFileSync(file, `${JSON.stringify(response(s, 'm9', 9, { output: 1 })).slice(80)}\n`);
    await read();
    expect(calls().map(id)).toEqual(['m1', 'm9']);
  });

  it('or folder without read permission is reported, and does not stop the others', async () => {
    const { dir, home } = reading();
    writeClaude(home, 'p/s1.jsonl', [response({ sessionId: 's1', cwd: dir }, 'm1', 1, { output: 1 })]);
    mkdirSync(join(home, 'codex'));
    writeFileSync(join(home, 'codex/sessions'), 'a file where a folder should be');
    const ran = lm(dir, ['ingest'], { CLAUDE_CONFIG_DIR: home, CODEX_HOME: join(home, 'codex') });
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain('1 new calls from 1 of 1 transcripts.');
    expect(ran.stdout).toContain(`skipped ${join(home, 'codex/sessions')}: ENOTDIR`);
  });

  it('or folder behind a link is read once, also if the link is stored as text', async () => {
    const { dir, home, read, calls } = reading();
    const call = (key: string) => [response({ sessionId: key, cwd: dir }, key, 1, { output: 1 })];
    const aside = (path: string) => join(home, 'projects', path);
    writeClaude(home, 'p/real.jsonl', call('m1'));
    writeClaude(home, '../elsewhere/far/s2.jsonl', call('m2'));
    writeClaude(home, '../elsewhere/alone.jsonl', call('m3'));
    // A real link, and one as Git stores it with links off. Both lead to the same folder. Another link forms
    // a cycle.
    symlinkSync('../elsewhere/far', aside('linked'));
    writeFileSync(aside('as-text'), '../elsewhere/far\n');
    writeFileSync(aside('p/alone.jsonl'), '../../elsewhere/alone.jsonl');
    writeFileSync(aside('p/circle'), '..');
    writeFileSync(aside('p/notes.txt'), 'nothing that is there');
    expect(await read()).toMatchObject({ files: 3, badLines: 0, skipped: [] });
    expect(calls().map(id).sort()).toEqual(['m1', 'm2', 'm3']);
  });

  it('that fails in the middle does not undo others in the same transaction', async () => {
    const { dir, home, read, calls } = reading();
    for (const name of ['a', 'b', 'c']) {
      writeCodex(home, `rollout-2026-10-01T10-00-0${name}-${name}.jsonl`, [
        codexRow('session_meta', 0, { id: name, cwd: dir }),
        tokenCount(1, { input: 100, output: 10 }, { input: 100, output: 10 }),
      ]);
    }
    // It is not packed, so it can't be unpacked. It comes last, after the others were read.
    const broken = writeCodex(home, 'rollout-2026-10-01T10-00-0b-d.jsonl.zst', [{ type: 'x' }]);
    utimesSync(broken, 4e9, 4e9);
    const report = await read();
    expect(report).toMatchObject({ files: 4, read: 3, calls: 3, badLines: 0 });
    expect(report.skipped.map(({ path }) => path.slice(-12))).toEqual(['-d.jsonl.zst']);
    expect(calls()).toHaveLength(3);
    expect(await read()).toMatchObject({ read: 0, calls: 0 });
  });

  it('that was replaced by another is read from its start', async () => {
    const { dir, home, read, calls } = reading();
    const s = { sessionId: 's1', cwd: dir };
    const file = writeClaude(home, 'p/s1.jsonl', [prompt(s, 'u1', 0), response(s, 'm1', 1, { output: 1 })]);
    await read();
    truncateSync(file, 0);
    const other = { sessionId: 's2', cwd: dir };
    writeFileSync(
      file,
      line([
        prompt(other, 'u2', 5),
        response(other, 'm2', 6, { output: 1 }),
        response(other, 'm3', 7, { output: 1 }),
      ]),
    );
    await read();
    expect(calls().map(id)).toEqual(['m1', 'm2', 'm3']);
  });

  it('of another project is not read, unless all are requested', async () => {
    const { home, read, calls } = reading();
    const s = { sessionId: 's1', cwd: '/somewhere/else' };
    writeClaude(home, 'q/s1.jsonl', [prompt(s, 'u1', 0), response(s, 'm1', 1, { output: 1 })]);
    await read();
    expect(calls()).toEqual([]);
  });
});

it('sessions known only from transcripts end when these stop growing', async () => {
  const { dir, home, read, db } = reading();
  const s = { sessionId: 's1', cwd: dir };
  writeClaude(home, 'p/s1.jsonl', [prompt(s, 'u1', 0), response(s, 'm1', 5, { output: 1 })]);
  await read();
  expect(db.get('SELECT status, agent, git_branch, ended_at - started_at AS ms FROM sessions')).toMatchObject(
    {
      status: 'complete',
      agent: 'claude-code',
      git_branch: 'main',
      ms: 5000,
    },
  );
});
