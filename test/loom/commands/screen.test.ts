import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costLines } from '../../../packages/loom/src/commands/cost-table.js';
import { periodNames, projection, QUARTER_MS } from '../../../packages/loom/src/cost/periods.js';
import { costReport } from '../../../packages/loom/src/cost/report.js';
import { createIssue } from '../../../packages/loom/src/issues/store.js';
import { renderTable, textWidth } from '../../../packages/loom/src/screen.js';
import { startSession } from '../../../packages/loom/src/sessions/store.js';
import { lm, project } from '../project.js';

const PLAIN = { width: undefined, colour: false };
const ESCAPE = '\u001b';

describe('a table', () => {
  it('is never wider than the screen, and never splits a character', () => {
    const cell = fc.oneof(
      fc.string(),
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('発注の払い戻し', '👩‍👩‍👧 family', `${ESCAPE}[31mred`, 'a\nb', ''),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell, cell), { maxLength: 8 }),
        fc.integer({ min: 40, max: 120 }),
        (rows, width) => {
          const lines = renderTable(
            { width, colour: true },
            [
              { head: 'id', cut: true },
              { head: 'title', cut: true },
              { head: 'more', cut: true, drop: 1 },
            ],
            rows,
          );
          expect(lines).toHaveLength(rows.length + 1);
          for (const line of lines) {
            expect(textWidth(line)).toBeLessThanOrEqual(width);
            expect(stripVTControlCharacters(line)).not.toMatch(/\p{Cc}/u);
            expect(Buffer.from(line).toString()).toBe(line);
          }
        },
      ),
    );
  });

  it('drops the least important columns before it shortens a word', () => {
    const columns = [
      { head: 'id' },
      { head: 'title', cut: true },
      { head: 'cost', right: true, drop: 1 },
      { head: 'share', drop: 2 },
    ];
    const row = ['lm-123456', 'A title of some length', '$1,234.50', '12.5 %'];
    const heads = (width: number) => renderTable({ width, colour: false }, columns, [row])[0]?.split(/\s+/);
    expect(heads(80)).toEqual(['id', 'title', 'cost', 'share']);
    expect(heads(36)).toEqual(['id', 'title', 'cost']);
    expect(heads(25)).toEqual(['id', 'title']);
  });
});

describe('the output of lm', () => {
  it('has colours and fits on a terminal, but is plain in a pipe, with NO_COLOR and as JSON', () => {
    const { dir, db } = project();
    createIssue(
      db,
      { title: `${ESCAPE}[2Ja title ${'that is long '.repeat(12)}`, priority: 0 },
      { name: 'ana', sessionId: null },
      1,
    );
    const terminal = lm(dir, ['list'], { FORCE_COLOR: '1', COLUMNS: '60' }).stdout;
    expect(terminal).toContain(`${ESCAPE}[`);
    expect(terminal).not.toContain(`${ESCAPE}[2J`);
    for (const line of terminal.trimEnd().split('\n')) {
      expect(textWidth(line)).toBeLessThanOrEqual(60);
    }
    const plain = lm(dir, ['list'], { FORCE_COLOR: '1', NO_COLOR: '1', COLUMNS: '60' }).stdout;
    expect(plain).toBe(stripVTControlCharacters(terminal));
    const pipe = lm(dir, ['list']).stdout;
    expect(pipe).not.toContain(ESCAPE);
    expect(pipe).toMatch(/^lm-\w{6} {2}P0 {2}pending {6}/);
    expect(lm(dir, ['list', '--json'], { FORCE_COLOR: '1' }).stdout).toMatch(/^\{"schema_version":1/);
  });
});

describe('cost', () => {
  function spent() {
    const { db } = project();
    const { id } = startSession(db, { agent: 'a', source: 'manual', startedAt: 1 });
    const call = (name: string, at: string, micros: number | null) =>
      db.run(
        `INSERT INTO llm_calls(id, session_id, model, started_at, input_tokens, output_tokens, cache_read_tokens, cost_micros, cost_basis)
         VALUES (?, ?, 'm', ?, 1000, 200, 3000, ?, ?)`,
        name,
        id,
        Date.parse(at),
        micros,
        micros === null ? 'unpriced' : 'calculated',
      );
    call('a', '2026-11-02T10:20:00', 1_000_000);
    call('b', '2026-11-02T14:50:00', 2_000_000);
    call('c', '2026-11-02T16:00:00', 3_000_000);
    call('d', '2026-11-08T09:00:00', null);
    call('e', '2026-12-01T09:00:00', 4_000_000);
    return db;
  }
  const filter = { since: 0, until: Number.MAX_SAFE_INTEGER, dimension: 'ai_task.type' };
  const sums = (by: 'day' | 'week' | 'month' | 'block') =>
    costReport(spent(), by, filter).map(({ key, calls, cost_micros }) => [key, calls, cost_micros]);

  it('is summed by week from Monday, by month, and by blocks of five hours from the first call', () => {
    expect(sums('week')).toEqual([
      ['2026-11-02', 4, 6_000_000],
      ['2026-11-30', 1, 4_000_000],
    ]);
    expect(sums('month')).toEqual([
      ['2026-11', 4, 6_000_000],
      ['2026-12', 1, 4_000_000],
    ]);
    expect(sums('block')).toEqual([
      ['2026-11-02 10:00', 2, 3_000_000],
      ['2026-11-02 16:00', 1, 3_000_000],
      ['2026-11-08 09:00', 1, null],
      ['2026-12-01 09:00', 1, 4_000_000],
    ]);
  });

  it('of a running block is projected to its end', () => {
    const now = new Date('2026-12-01T11:00:00').getTime();
    expect(projection('2026-12-01 09:00', 4_000_000, now)).toEqual({
      resets_in_ms: 3 * 3_600_000,
      cost_micros: 10_000_000,
    });
    expect(projection('2026-12-01 09:00', null, now)).toMatchObject({ cost_micros: null });
    expect(projection('2026-12-01 05:00', 1, now)).toBeUndefined();
    const quarters = [0, 3, 30, 31].map((n) => n + Math.floor(now / QUARTER_MS));
    expect(new Set(periodNames('block', quarters).values()).size).toBe(2);
  });

  it('shows each kind of token, the share, cache hits and what the sum excludes', () => {
    const lines = costLines(
      PLAIN,
      'month',
      costReport(spent(), 'month', filter),
      [{ model: 'm', calls: 1 }],
      undefined,
    );
    expect(lines[0]?.split(/ {2,}/)).toEqual([
      'month',
      'calls',
      'input',
      'output',
      'cache read',
      'cache write',
      'tokens',
      'cost',
      'share',
      'cache hit',
      'basis',
    ]);
    expect(lines[1]?.split(/ {2,}/)).toEqual([
      '2026-11',
      '4',
      '4,000',
      '800',
      '12,000',
      '0',
      '16,800',
      '$6.00',
      '60.0 %',
      '75.0 %',
      'calculated, 1 unpriced',
    ]);
    expect(lines.at(-2)).toBe('$10.00 in 5 calls, 21,000 tokens, 75.0 % of the input from the cache.');
    expect(lines.at(-1)).toContain('1 calls have no known price');
    const narrow = costLines(
      { width: 60, colour: false },
      'month',
      costReport(spent(), 'month', filter),
      [],
      undefined,
    );
    expect(narrow[0]).toContain('cost');
    // A terminal gets sums below the columns, and bars if there is room.
    const [, first, second, sums] = costLines(
      { width: 160, colour: false },
      'month',
      costReport(spent(), 'month', filter),
      [],
      undefined,
    );
    expect([first, second].map((line) => line?.match(/▇+/)?.[0].length)).toEqual([10, 7]);
    expect(sums?.split(/ {2,}/)).toEqual([
      'total',
      '5',
      '5,000',
      '1,000',
      '15,000',
      '0',
      '21,000',
      '$10.00',
      '75.0 %',
    ]);
    expect(narrow[0]).not.toContain('cache write');
  });
});
