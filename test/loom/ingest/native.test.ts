import { describe, expect, it, onTestFinished } from 'vitest';
import { readAgentRequests } from '../../../packages/loom/src/ingest/agent-events.js';
import { recordRequests } from '../../../packages/loom/src/ingest/native.js';
import { createIssue } from '../../../packages/loom/src/issues/store.js';
import { startReceiver } from '../../../packages/loom/src/receiver/index.js';
import { data, lm, project } from '../project.js';
import { reading } from './reading.js';
import { prompt, response, T0, writeClaude } from './transcripts.js';

/** An OTLP/JSON logs export like that of Claude Code's exporter, written by hand. */
function logs(...events: Record<string, string | number>[]): unknown {
  return {
    resourceLogs: [
      {
        resource: { attributes: [] },
        scopeLogs: [
          {
            scope: { name: 'com.anthropic.claude_code.events' },
            logRecords: events.map(({ at = 0, ...attributes }) => ({
              timeUnixNano: String(BigInt(T0 + Number(at) * 1000) * 1_000_000n),
              body: { stringValue: 'claude_code.api_request' },
              attributes: Object.entries({
                'event.name': 'api_request',
                'session.id': 's1',
                ...attributes,
              }).map(([key, value]) => ({
                key,
                value: typeof value === 'number' ? { doubleValue: value } : { stringValue: value },
              })),
            })),
          },
        ],
      },
    ],
  };
}

const SONNET = 'claude-sonnet-4-5-20250929';
const request = (sequence: number, at: number, output: number, cost: number) => ({
  'event.sequence': sequence,
  at,
  model: SONNET,
  output_tokens: String(output),
  input_tokens: 10,
  cost_usd: cost,
  duration_ms: 900,
});

const shown = (row: Record<string, unknown>) => [
  row.source,
  row.output_tokens,
  row.cost_micros,
  row.cost_basis,
];

it('a session that was first seen in telemetry gets folder, branch and issue from its transcript', async () => {
  const { dir, home, db, read } = reading();
  const issue = createIssue(db, { title: 'x' }, { name: 'ana', sessionId: null }, T0).id;
  recordRequests(db, readAgentRequests(logs(request(1, 2.5, 100, 0.01))));
  const s = { sessionId: 's1', cwd: dir, more: { gitBranch: `feat/${issue}` } };
  writeClaude(home, 'p/s1.jsonl', [prompt(s, 'u1', 0), response(s, 'm1', 2, { input: 10, output: 100 })]);
  await read();
  expect(db.get('SELECT cwd, git_branch, issue_id FROM sessions')).toEqual({
    cwd: dir,
    git_branch: `feat/${issue}`,
    issue_id: issue,
  });
  expect(db.all('SELECT source, issue_id FROM llm_calls')).toEqual([{ source: 'otel', issue_id: issue }]);
});

describe('requests that the agent reports', () => {
  const rows = (dir: string) => {
    const s = { sessionId: 's1', cwd: dir };
    return [
      prompt(s, 'u1', 0),
      response(s, 'm1', 2, { input: 10, output: 100 }),
      // A placeholder as a transcript's count.
      response(s, 'm2', 5, { input: 10, output: 1 }),
      response(s, 'm3', 9, { input: 10, output: 300 }),
    ];
  };
  const events = logs(request(1, 2.5, 100, 0.01), request(2, 5.5, 200, 0.02), request(3, 9.5, 300, 0.03));
  const expected = [
    ['otel', 100, 10_000, 'reported'],
    ['otel', 200, 20_000, 'reported'],
    ['otel', 300, 30_000, 'reported'],
  ];

  it('replace the data of the transcript', async () => {
    const { dir, home, db, read, calls } = reading();
    writeClaude(home, 'p/s1.jsonl', rows(dir));
    await read();
    recordRequests(db, readAgentRequests(events));
    expect(calls().map(shown)).toEqual(expected);
    expect(calls().map((call) => call.id)).toEqual(['m1', 'm2', 'm3']);
    expect(recordRequests(db, readAgentRequests(events))).toBe(0);
    db.run('DELETE FROM ingest_cursors');
    await read();
    expect(calls().map(shown)).toEqual(expected);
  });

  it('do not count again when the transcript arrives later', async () => {
    const { dir, home, db, read, calls } = reading();
    recordRequests(db, readAgentRequests(events));
    writeClaude(home, 'p/s1.jsonl', rows(dir));
    await read();
    expect(calls().map(shown)).toEqual(expected);
    expect(db.get('SELECT COUNT(*) AS n FROM sessions')?.n).toBe(1);
    expect(db.get('SELECT COUNT(*) AS n FROM iterations')?.n).toBe(1);
  });

  it('that start late leave the earlier calls to the transcript', async () => {
    const { dir, home, db, read, calls } = reading();
    const s = { sessionId: 's1', cwd: dir };
    recordRequests(db, readAgentRequests(logs(request(1, 500, 7, 0.01))));
    writeClaude(home, 'p/s1.jsonl', [
      prompt(s, 'u1', 0),
      response(s, 'm1', 1, { output: 5 }),
      response(s, 'm2', 500, { input: 10, output: 7 }),
    ]);
    await read();
    expect(calls().map((call) => call.source)).toEqual(['transcript', 'otel']);
  });

  it('are the only events that are read', () => {
    const other = logs({ ...request(1, 1, 1, 1), 'event.name': 'tool_result' });
    for (const body of [
      other,
      null,
      [],
      {},
      { resourceLogs: 'x' },
      { resourceLogs: [{ scopeLogs: [{ logRecords: [null, 1] }] }] },
    ]) {
      expect(readAgentRequests(body)).toEqual([]);
    }
    expect(readAgentRequests(logs({ ...request(1, 1, 1, 1), model: 5 }))).toEqual([]);
  });

  it('arrive over HTTP with keys, and are acknowledged even if nothing stores them', async () => {
    const got: unknown[] = [];
    const [wanted, unwanted] = [
      await startReceiver({
        onLogs: (body) => {
          got.push(body);
          return undefined;
        },
      }),
      await startReceiver(),
    ];
    onTestFinished(async () => {
      await wanted.close();
      await unwanted.close();
    });
    const authorization = `Basic ${btoa('pk-lf-test:sk-lf-test')}`;
    const post = async (url: string, type = 'application/json', keys: object = { authorization }) =>
      (
        await fetch(`${url}/v1/logs`, {
          method: 'POST',
          body: JSON.stringify(events),
          headers: { 'content-type': type, ...keys },
        })
      ).status;
    expect([await post(wanted.url), await post(unwanted.url)]).toEqual([200, 200]);
    expect(await post(wanted.url, 'application/json', {})).toBe(401);
    // A request that a browser's page could send without a preflight.
    expect(await post(wanted.url, 'text/plain')).toBe(415);
    expect(readAgentRequests(got[0])).toHaveLength(3);
  });
});

describe('lm ingest --result', () => {
  const result = {
    type: 'result',
    session_id: 'cc-9',
    duration_ms: 5000,
    total_cost_usd: 0.75,
    modelUsage: {
      'claude-opus-4-1': {
        inputTokens: 5,
        outputTokens: 7,
        cacheCreationInputTokens: 30,
        cacheCreationEphemeral1hInputTokens: 10,
        costUSD: 0.7,
      },
      'claude-haiku-4-5': { inputTokens: 1, outputTokens: 2, costUSD: 0.05 },
    },
  };

  it('records the session’s own total, and a call for each model if no other source has them', () => {
    const { dir, db } = project();
    const stream = `{"type":"system"}\n${JSON.stringify(result)}\n`;
    const run = () => lm(dir, ['ingest', '--result', '-', '--json'], {}, stream);
    expect(data(run())).toMatchObject({ reported_cost_micros: 750_000, calls: 2 });
    run();
    const rows = db.all(
      'SELECT model, cost_micros, cache_write_5m_tokens AS w5, cache_write_1h_tokens AS w1, source FROM llm_calls ORDER BY model',
    );
    expect(rows.map((row) => Object.values(row))).toEqual([
      ['claude-haiku-4-5', 50_000, 0, 0, 'sdk'],
      ['claude-opus-4-1', 700_000, 20, 10, 'sdk'],
    ]);
    expect(db.get('SELECT reported_cost_micros AS r FROM sessions')?.r).toBe(750_000);
  });

  it('rejects numbers that can’t be stored', () => {
    const { dir, db } = project();
    const odd = {
      ...result,
      duration_ms: 1234.5,
      total_cost_usd: 1e300,
      modelUsage: { m: { inputTokens: 1.5, outputTokens: 7, costUSD: 1e300 } },
    };
    const ran = lm(dir, ['ingest', '--result', '-', '--json'], {}, JSON.stringify(odd));
    expect(data(ran)).toMatchObject({ reported_cost_micros: null, calls: 1 });
    expect(db.get('SELECT total_tokens, cost_micros FROM llm_calls')).toEqual({
      total_tokens: 7,
      cost_micros: null,
    });
  });

  it('adds no calls to a run with known calls, and only the rest to a partly known one', () => {
    const { dir, db } = project();
    const now = (Date.now() - T0) / 1000;
    const opus = (sequence: number, input: number, output: number, cacheWrite: number) => ({
      ...request(sequence, now, output, 0.1),
      'session.id': 'cc-9',
      model: 'claude-opus-4-1',
      input_tokens: input,
      cache_creation_tokens: cacheWrite,
    });
    recordRequests(db, readAgentRequests(logs(opus(1, 2, 3, 10))));
    const run = () => data(lm(dir, ['ingest', '--result', '-', '--json'], {}, JSON.stringify(result)));
    expect(run()).toMatchObject({ calls: 2 });
    const left = () =>
      db
        .all(
          "SELECT model, input_tokens, output_tokens, cost_micros FROM llm_calls WHERE source = 'sdk' ORDER BY model",
        )
        .map((row) => Object.values(row));
    expect(left()).toEqual([
      ['claude-haiku-4-5', 1, 2, 50_000],
      ['claude-opus-4-1', 3, 4, 600_000],
    ]);
    // The rest arrives late, but was made in time.
    recordRequests(db, readAgentRequests(logs(opus(2, 3, 4, 20))));
    expect(left()).toEqual([['claude-haiku-4-5', 1, 2, 50_000]]);
    expect(run()).toMatchObject({ recorded: false, calls: 1, reported_cost_micros: 750_000 });
  });

  it.each(['', '{', '{"type":"result"}', '[]'])('rejects %j', (text) => {
    const { dir } = project();
    expect(lm(dir, ['ingest', '--result', '-'], {}, text)).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('not a result of Claude Code'),
    });
  });
});
