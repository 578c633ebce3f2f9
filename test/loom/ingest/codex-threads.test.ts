import { appendFileSync, utimesSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { reading } from './reading.js';
import { at, codexRow, line, type Row, T0, tokenCount, writeCodex } from './transcripts.js';

const meta = (dir: string, id: string, seconds: number, more: Row = {}) =>
  codexRow('session_meta', seconds, { id, cwd: dir, model_provider: 'openai', ...more });
const context = (seconds: number, more: Row = {}) =>
  codexRow('turn_context', seconds, { model: 'gpt-5', ...more });
const event = (type: string, seconds: number, more: Row = {}) =>
  codexRow('event_msg', seconds, { type, ...more });
const usage = (input: number, output: number, more: Row = {}) => ({
  input_tokens: input,
  cached_input_tokens: 0,
  cache_write_input_tokens: 0,
  output_tokens: output,
  reasoning_output_tokens: 0,
  ...more,
});
const record = (seconds: number, response_id: string, counts: Row, more: Row = {}) =>
  codexRow('token_usage_record', seconds, { response_id, usage: counts, ...more });
/** The second and third request of a thread. The first had 100 tokens each time. */
const three = [1, 2, 3].map((n) =>
  tokenCount(n * 60, { input: n * 100, output: n * 10 }, { input: 100, output: 10 }),
);
const own = (seconds: number) => tokenCount(seconds, { input: 350, output: 40 }, { input: 50, output: 10 });
const moved = (rows: readonly Row[], seconds: (n: number) => number) =>
  rows.map((row, n) => ({ ...row, timestamp: at(seconds(n)) }));
const name = (id: string, minute: number) =>
  `rollout-2026-10-01T10-${String(minute).padStart(2, '0')}-00-${id}.jsonl`;

describe('a child repeats its parent', () => {
  const tell = async (rows: (dir: string) => Row[], parent: boolean) => {
    const made = reading();
    if (parent) {
      writeCodex(made.home, name('parent', 0), [meta(made.dir, 'parent', 0), context(1), ...three]);
    }
    writeCodex(made.home, name('child', 5), rows(made.dir));
    await made.read();
    return made.db
      .all(
        `SELECT s.source_session_id AS id, c.input_tokens AS n FROM llm_calls c JOIN sessions s ON s.id = c.session_id
         ORDER BY 1, c.started_at`,
      )
      .map((row) => Object.values(row));
  };
  const parents = [1, 2, 3].map(() => ['parent', 100]);
  const fork = (dir: string, more: Row = { forked_from_id: 'parent' }) => [
    meta(dir, 'child', 300, more),
    meta(dir, 'parent', 300),
    context(300),
  ];

  it.each<[string, (dir: string) => Row[]]>([
    ['within a second', (dir) => [...fork(dir), ...moved(three, () => 300), own(340)]],
    ['over a tick of the clock', (dir) => [...fork(dir), ...moved(three, (n) => 300.98 + n / 50), own(340)]],
    ['over several seconds', (dir) => [...fork(dir), ...moved(three, (n) => 300 + n * 3), own(340)]],
    ['with the original times', (dir) => [...fork(dir), ...three, event('task_started', 301), own(340)]],
    [
      'named by its source alone',
      (dir) => [
        ...fork(dir, { source: { subagent: { thread_spawn: { parent_thread_id: 'parent' } } } }),
        ...moved(three, () => 300),
        own(340),
      ],
    ],
    ['without a word of whose it is', (dir) => [...fork(dir, {}), ...moved(three, () => 300), own(340)]],
  ])('%s', async (_, rows) => {
    expect(await tell(rows, true)).toEqual([['child', 50], ...parents]);
  });

  it('whose file is deleted: detected by the clock, up to its own first turn', async () => {
    const rows = (dir: string) => [
      ...fork(dir),
      ...moved(three, (n) => 300.98 + n / 50),
      event('task_started', 320, { turn_id: 'own' }),
      own(340),
    ];
    expect(await tell(rows, false)).toEqual([['child', 50]]);
  });

  it('detected by its turns and responses, and by the thread in a record', async () => {
    const made = reading();
    const turn = (id: string, seconds: number) => event('task_started', seconds, { turn_id: id });
    const parent = [
      turn('t1', 1),
      context(1, { turn_id: 't1' }),
      record(2, 'resp_1', usage(100, 10), { thread_id: 'parent' }),
      tokenCount(2, { input: 100, output: 10 }, { input: 100, output: 10 }),
    ];
    writeCodex(made.home, name('parent', 0), [meta(made.dir, 'parent', 0), ...parent]);
    writeCodex(made.home, name('child', 5), [
      meta(made.dir, 'child', 300, { forked_from_id: 'parent' }),
      ...moved(parent, () => 300.1),
      turn('t2', 300.2),
      context(300.2, { turn_id: 't2' }),
      record(300.3, 'resp_2', usage(100, 10), { thread_id: 'child' }),
      // After a restart, its first running total is as large as its parent's first.
      tokenCount(300.3, { input: 100, output: 10 }, { input: 100, output: 10 }),
    ]);
    await made.read();
    const calls = made.db.all('SELECT request_id, iteration FROM llm_calls ORDER BY started_at');
    expect(calls.map((call) => Object.values(call))).toEqual([
      ['resp_1', 1],
      ['resp_2', 1],
    ]);
  });

  it('turns without an id, in both: detected by the totals', async () => {
    const turn = (seconds: number) => event('task_started', seconds);
    const rows = (dir: string) => [
      ...fork(dir),
      ...three.flatMap((row, n) => [turn(300.98 + n), ...moved([row], () => 300.99 + n)]),
      turn(330),
      own(340),
    ];
    expect(await tell(rows, true)).toEqual([['child', 50], ...parents]);
  });

  it('whose file is deleted, with records without a thread: detected by the clock', async () => {
    const rows = (dir: string) => [
      ...fork(dir),
      ...moved(three, (n) => 300.97 + n / 50).flatMap((row, n) => [
        record(300.96 + n / 50, `resp_${n}`, usage(100, 10)),
        row,
      ]),
      record(340, 'resp_own', usage(50, 10)),
      own(340),
    ];
    expect(await tell(rows, false)).toEqual([['child', 50]]);
  });

  it('that is read before its parent: the same', async () => {
    const made = reading();
    const child = writeCodex(made.home, name('child', 5), [
      ...fork(made.dir),
      ...moved(three, () => 300),
      own(340),
    ]);
    const parent = writeCodex(made.home, name('parent', 0), [
      meta(made.dir, 'parent', 0),
      context(1),
      ...three,
    ]);
    utimesSync(child, 1000, 1000);
    utimesSync(parent, 2000, 2000);
    await made.read();
    expect(made.calls().map((call) => call.input_tokens)).toEqual([100, 100, 100, 50]);
  });
});

it('two files of one session, and the second repeats the first: each request counts once', async () => {
  const made = reading();
  writeCodex(made.home, name('x', 0), [meta(made.dir, 's', 0), context(1), ...three]);
  writeCodex(made.home, name('x', 9), [
    meta(made.dir, 's', 600),
    context(600),
    ...moved(three, () => 600),
    own(700),
  ]);
  await made.read();
  expect(made.calls().map((call) => call.input_tokens)).toEqual([100, 100, 100, 50]);
  expect(made.db.all('SELECT 1 FROM sessions')).toHaveLength(1);
});

it('kinds: cache writes and reads are part of the input; a request with only a record', async () => {
  const made = reading();
  const more = { cached_input_tokens: 50, cache_write_input_tokens: 40, reasoning_output_tokens: 4 };
  writeCodex(made.home, name('s', 0), [
    meta(made.dir, 's', 0),
    context(1, { model: 'gpt-5.6' }),
    record(2, 'resp_1', usage(100, 10, more)),
    event('token_count', 2, {
      info: { total_token_usage: usage(100, 10, more), last_token_usage: usage(100, 10, more) },
    }),
    record(9, 'resp_compact', usage(230, 4)),
    codexRow('compacted', 9, {}),
    // In the other order.
    tokenCount(20, { input: 130, output: 12 }, { input: 30, output: 2 }),
    record(20, 'resp_2', usage(30, 2)),
  ]);
  await made.read();
  const shown = made
    .calls()
    .map((call) => [
      call.request_id,
      call.input_tokens,
      call.cache_read_tokens,
      call.cache_write_5m_tokens,
      call.output_tokens,
      call.reasoning_tokens,
    ]);
  expect(shown).toEqual([
    ['resp_1', 10, 50, 40, 10, 4],
    ['resp_compact', 230, 0, 0, 4, 0],
    ['resp_2', 30, 0, 0, 2, 0],
  ]);
});

it('a request counts once, with its cache writes, if one of its rows lacks them', async () => {
  const made = reading();
  const written = { cached_input_tokens: 20, cache_write_input_tokens: 40 };
  const { cache_write_input_tokens: _, ...bare } = usage(100, 10, { cached_input_tokens: 20 });
  const count = (seconds: number, n: number, more: Row = {}) =>
    event('token_count', seconds, {
      info: { total_token_usage: { ...bare, input_tokens: 100 * n }, last_token_usage: bare },
      ...more,
    });
  writeCodex(made.home, name('s', 0), [
    meta(made.dir, 's', 0),
    context(1, { model: 'gpt-5.6' }),
    record(2, 'resp_1', usage(100, 10, written)),
    count(2, 1),
    count(9, 2),
    record(9, 'resp_2', usage(100, 10, written)),
    record(20, 'resp_3', usage(100, 10, written)),
    count(20, 3, { service_tier: 'flex' }),
  ]);
  await made.read();
  const shown = made
    .calls()
    .map((call) => [call.request_id, call.input_tokens, call.cache_read_tokens, call.cache_write_5m_tokens]);
  expect(shown).toEqual([
    ['resp_1', 40, 20, 40],
    ['resp_2', 40, 20, 40],
    ['resp_3', 40, 20, 40],
  ]);
});

it("a tier, from the event or from the thread's settings, has its own price or none", async () => {
  const made = reading();
  const counted = (seconds: number, n: number, tier?: string | null) =>
    event('token_count', seconds, {
      info: { total_token_usage: usage(n * 100_000, n), last_token_usage: usage(100_000, 1) },
      ...(tier === undefined ? {} : { service_tier: tier }),
    });
  writeCodex(made.home, name('s', 0), [
    meta(made.dir, 's', 0),
    context(1, { model: 'gpt-5' }),
    counted(2, 1),
    counted(3, 2, 'priority'),
    event('thread_settings_applied', 4, { thread_settings: { service_tier: 'flex' } }),
    counted(5, 3),
    counted(6, 4, 'default'),
    counted(7, 5, 'of-tomorrow'),
  ]);
  await made.read();
  expect(made.calls().map((call) => [call.service_tier, call.cost_micros, call.cost_basis])).toEqual([
    [null, 125_010, 'calculated'],
    ['priority', 250_020, 'calculated'],
    ['flex', 62_505, 'calculated'],
    [null, 125_010, 'calculated'],
    ['of-tomorrow', null, 'unpriced'],
  ]);
});

it('a provider with a custom name has the price of the model alone, and the record says that', async () => {
  const made = reading();
  writeCodex(made.home, name('s', 0), [
    meta(made.dir, 's', 0, { model_provider: 'proxy' }),
    context(1),
    ...three,
  ]);
  await made.read();
  const [call] = made.calls();
  expect([call?.cost_basis, call?.price_version]).toEqual(['calculated', expect.stringContaining('alone')]);
});

it('changed files: created, moved, deleted; a rejected change counts nothing, and a second read nothing more', async () => {
  const made = reading();
  const changed = (id: string, changes: Row, status = 'completed') =>
    event('item_completed', 5, { item: { type: 'FileChange', id, status, changes } });
  const path = (file: string) => `${made.dir}/${file}`;
  writeCodex(made.home, name('s', 0), [
    meta(made.dir, 's', 0),
    changed('c1', { [path('a.txt')]: { type: 'add', content: '1\n2\n3\n' } }),
    changed('c2', {
      [path('b.txt')]: {
        type: 'update',
        unified_diff: '@@ -1 +1,2 @@\n-x\n+y\n+z\n',
        move_path: path('c.txt'),
      },
      [path('d.txt')]: { type: 'delete', content: 'gone' },
    }),
    changed('c3', { [path('no.txt')]: { type: 'add', content: 'x' } }, 'failed'),
  ]);
  await made.read();
  made.db.run('DELETE FROM ingest_cursors');
  await made.read();
  const files = made.db.all(
    'SELECT path, change_type, lines_added, lines_removed FROM files_modified ORDER BY 1',
  );
  expect(files.map((file) => Object.values(file))).toEqual([
    ['a.txt', 'created', 3, 0],
    ['c.txt', 'renamed', 2, 1],
    ['d.txt', 'deleted', 0, 1],
  ]);
});

it('codex exec ends with its task, and runs again after a resume', async () => {
  const made = reading();
  const file = writeCodex(made.home, name('s', 0), [
    meta(made.dir, 's', 0, { source: 'exec' }),
    event('task_started', 1, { turn_id: 't1' }),
    ...three,
    event('task_complete', 200, { turn_id: 't1' }),
  ]);
  const soon = { now: T0 + 210_000 };
  await made.read(soon);
  const session = () => made.db.get('SELECT status, ended_at FROM sessions');
  expect(session()).toEqual({ status: 'complete', ended_at: T0 + 200_000 });
  expect(made.db.get('SELECT ended_at, outcome FROM iterations')).toEqual({
    ended_at: T0 + 200_000,
    outcome: 'complete',
  });
  appendFileSync(file, line([event('task_started', 205, { turn_id: 't2' }), own(208)]));
  await made.read(soon);
  expect(session()).toEqual({ status: 'running', ended_at: null });
});

it('data of an older release about a repeated history is replaced when the file is read again', async () => {
  const made = reading();
  const { db } = made;
  const file = writeCodex(made.home, name('child', 5), [
    meta(made.dir, 'child', 300, { forked_from_id: 'parent' }),
    meta(made.dir, 'parent', 300),
    ...moved(three, (n) => 300.98 + n / 50),
    own(340),
  ]);
  await made.read();
  const [{ id, session_id } = {}] = made.calls();
  db.run('UPDATE llm_calls SET input_tokens = 100, output_tokens = 99 WHERE id = ?', String(id));
  db.run(
    "INSERT INTO llm_calls(id, session_id, model, started_at, input_tokens, source) VALUES ('codex:child:2', ?, 'gpt-5', ?, 50, 'transcript')",
    String(session_id),
    T0,
  );
  db.run('DELETE FROM ingest_cursors');
  await made.read();
  expect(made.calls().map((call) => [call.input_tokens, call.output_tokens])).toEqual([[50, 10]]);
  expect(file).toContain('child');
  writeFileSync(file, '');
});
