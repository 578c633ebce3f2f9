import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { answerSchemas } from '../../../packages/loom/src/commands/answers.js';
import { startReceiver } from '../../../packages/loom/src/receiver/index.js';
import { readThreshold, thresholdText } from '../../../packages/loom/src/rules/threshold.js';
import { seed } from '../dashboard/seed.js';
import { bareEnv, data, LM, lm, project, type Ran } from '../project.js';

const SCHEMAS = join(import.meta.dirname, '../../../packages/loom/schemas');

function seededProject() {
  const made = project();
  seed(made.db, { traces: 300, calls: 60, now: Date.now() });
  return made;
}

/** The output, after a check against the published schema. */
function valid<T>(command: string, ran: Ran): T {
  const schema = JSON.parse(readFileSync(join(SCHEMAS, `lm-${command}.schema.json`), 'utf8'));
  const validate = new Ajv2020({ strict: false }).compile(schema);
  const answer: unknown = JSON.parse(ran.stdout);
  expect([validate(answer), validate.errors]).toEqual([true, null]);
  return (answer as { data: T }).data;
}

describe('the schemas of answers', () => {
  it.each(Object.entries(answerSchemas()))('%s is the published one', async (file, schema) => {
    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(join(SCHEMAS, file));
  });
});

interface Page {
  readonly rows: readonly { readonly id: string; readonly tool: string; readonly failed: boolean }[];
  readonly total: number;
  readonly next: string | null;
}

describe('commands that use the views of the dashboard', () => {
  it('list traces by page and by filter, in the published shape', () => {
    const { dir, db } = seededProject();
    const failed = Number(db.get('SELECT COUNT(*) AS n FROM traces WHERE errors > 0')?.n);
    const all = valid<Page>('traces', lm(dir, ['traces', '--status', 'error', '--limit', '500', '--json']));
    expect([all.rows.length, all.total, all.next]).toEqual([failed, failed, null]);
    const seen: string[] = [];
    for (let next: string | null = ''; next !== null; ) {
      const page: Page = valid(
        'traces',
        lm(dir, ['traces', '--limit', '120', '--json', ...(next ? ['--before', next] : [])]),
      );
      seen.push(...page.rows.map(({ id }) => id));
      next = page.next;
    }
    expect([new Set(seen).size, seen.length]).toEqual([300, 300]);
    const refunds = valid<Page>(
      'traces',
      lm(dir, ['traces', '--tool', 'refund', '--client', 'cursor', '--search', 'annual', '--json']),
    );
    expect(refunds.rows.every(({ tool }) => tool === 'refund')).toBe(true);
  });

  it('show one trace by a prefix of its id, and report a wrong id', () => {
    const { dir, db } = seededProject();
    const id = String(db.get('SELECT id FROM traces WHERE errors > 0 LIMIT 1')?.id);
    expect(
      valid<{ row: { id: string } }>('trace', lm(dir, ['trace', id.slice(0, 10), '--json'])).row.id,
    ).toBe(id);
    expect(lm(dir, ['trace', id]).stdout).toMatch(/state {7}error/);
    expect(lm(dir, ['trace', 'nothing'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('There is no trace "nothing".'),
    });
    expect(lm(dir, ['trace', '']).code).toBe(3);
  });

  it('tools, errors and sessions agree with one query', () => {
    const { dir, db } = seededProject();
    const tools = valid<{ total: { requests: number }; rows: { calls: number }[] }>(
      'tools',
      lm(dir, ['tools', '--since', '90d', '--json']),
    );
    expect(tools.total.requests).toBe(300);
    expect(tools.rows.reduce((sum, { calls }) => sum + calls, 0)).toBe(300);
    const errors = valid<{ total: number; requests: number }>(
      'errors',
      lm(dir, ['errors', '--since', '90d', '--json']),
    );
    const failed = Number(db.get('SELECT COUNT(*) AS n FROM traces WHERE errors > 0')?.n);
    expect([errors.total, errors.requests]).toEqual([failed, 300]);
    const sessions = valid<{ total: number; rows: { id: string }[] }>(
      'mcp-sessions',
      lm(dir, ['mcp-sessions', '--since', '90d', '--json']),
    );
    expect(sessions.total).toBe(Number(db.get('SELECT COUNT(DISTINCT session_id) AS n FROM traces')?.n));
    const [first] = sessions.rows;
    const one = valid<{ row: { id: string }; traces: { sessionId: string }[] }>(
      'mcp-sessions',
      lm(dir, ['mcp-sessions', first?.id ?? '', '--json']),
    );
    expect(one.traces.every(({ sessionId }) => sessionId === first?.id)).toBe(true);
    expect(lm(dir, ['tools', '--since', '90d']).stdout).toContain(
      'are unknown, because no tools/list answer is recorded',
    );
  });

  it('fail on a threshold, and if nothing was recorded in the period', () => {
    const { dir } = seededProject();
    const failOn = (text: string, ...rest: string[]) => {
      const ran = lm(dir, ['errors', '--since', '90d', '--fail-on', text, '--json', ...rest]);
      return [
        ran.code,
        valid<{ checks: { failed: boolean; known: boolean }[] }>('errors', ran).checks.map(
          ({ failed, known }) => [failed, known],
        ),
      ];
    };
    expect(failOn('errors>0')).toEqual([1, [[true, true]]]);
    expect(failOn('error rate > 100%')).toEqual([0, [[false, true]]]);
    expect(failOn('p95>1ms | errors>100000')).toEqual([
      1,
      [
        [true, true],
        [false, true],
      ],
    ]);
    expect(failOn('errors>0', '--server', 'nobody')).toEqual([1, [[true, false]]]);
    expect(failOn('requests<1', '--server', 'nobody')).toEqual([1, [[true, true]]]);
    expect(lm(dir, ['tools', '--fail-on', 'errors > many']).code).toBe(64);
  });

  it('follow new traces, one line each, until stopped', async () => {
    const { dir } = project();
    const child = spawn(process.execPath, [LM, 'traces', '--follow', '--json'], {
      cwd: dir,
      env: bareEnv(dir),
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const lines = createInterface({ input: child.stdout });
    await once(child.stderr, 'data');
    const made = seedOne(dir);
    const [line] = (await once(lines, 'line')) as [string];
    expect(JSON.parse(line)).toMatchObject({ schema_version: 1, data: { id: await made, tool: 'late' } });
    child.kill('SIGINT');
    const [code] = await once(child, 'close');
    expect(code).toBe(0);
  });

  it('export traces as lines, and as OTLP that a receiver reads back unchanged', async () => {
    const { dir, db } = seededProject();
    const out = join(dir, 'traces.ndjson');
    expect(
      data<{ records: number }>(lm(dir, ['export', '--traces', 'ndjson', '-o', out, '--json'])).records,
    ).toBe(300);
    const first = JSON.parse(readFileSync(out, 'utf8').split('\n')[0] ?? '');
    expect(first.observations[0]).toMatchObject({ trace_id: first.id, input: { query: expect.any(String) } });
    const receiver = await startReceiver();
    onTestFinished(() => receiver.close());
    const requests = join(dir, 'otlp.ndjson');
    expect(lm(dir, ['export', '--traces', 'otlp', '-o', requests]).code).toBe(0);
    for (const line of readFileSync(requests, 'utf8').trim().split('\n')) {
      const response = await fetch(`${receiver.url}/api/public/otel/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Basic ${btoa('pk:sk')}` },
        body: line,
      });
      expect([response.status, await response.json()]).toEqual([200, {}]);
    }
    const traces = receiver.traces();
    expect(traces).toHaveLength(300);
    const cost = db.get('SELECT COUNT(*) AS n FROM observations');
    expect(traces.reduce((sum, trace) => sum + count(trace.observations), 0)).toBe(cost?.n);
  });
});

interface Tree {
  readonly children: readonly Tree[];
}

function count(observations: readonly Tree[]): number {
  return observations.reduce((sum, { children }) => sum + 1 + count(children), 0);
}

async function seedOne(dir: string): Promise<string> {
  const { openLoom } = await import('../../../packages/loom/src/store/open.js');
  const db = openLoom(join(dir, '.loom'));
  db.run(
    "INSERT INTO traces(id, name, tool, started_us, duration_us, updated_at) VALUES ('late-1', 'late', 'late', ?, 5, 0)",
    Date.now() * 1000,
  );
  db.close();
  return 'late-1';
}

describe('a threshold', () => {
  it.each([
    ['error rate of add > 5% for 10m', 'error rate of add > 5% for 10m'],
    ['errors>0', 'errors > 0'],
    ['p95>=1.5s', 'p95 >= 1500ms'],
    ['calls < 1 for 2d', 'requests < 1 for 2d'],
    ['error_rate>0.5%', 'error rate > 0.5%'],
  ])('%s is read, and written as %s', (text, written) => {
    expect(thresholdText(readThreshold(text))).toBe(written);
    expect(readThreshold(written)).toEqual(readThreshold(text));
  });

  it.each([
    '',
    'errors',
    'errors > 5%',
    'p95 > 5',
    'error rate > 5',
    'errors of > 1',
    'speed > 1',
    'errors > -1',
    'errors > 1 for 10',
  ])('%s is rejected', (text) => {
    expect(() => readThreshold(text)).toThrow(/is not a threshold/);
  });
});
