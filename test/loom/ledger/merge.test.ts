import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeCall, subtractTokens } from '../../../packages/loom/src/ledger/merge.js';
import { turnEnds } from '../../../packages/loom/src/ledger/turns.js';
import { NO_TOKENS, totalOf, type Witness } from '../../../packages/loom/src/ledger/witness.js';

const count = fc.integer({ min: 0, max: 1000 });
const orNull = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null });
const tokens = fc
  .record({ input: count, output: count, cacheRead: count, cacheWrite5m: count, cacheWrite1h: count })
  .map((some) => ({ ...some, reasoning: 0 }));
const witness = (source: Witness['source'], key: string): fc.Arbitrary<Witness> =>
  fc
    .record({
      sessionId: fc.constantFrom('a', 'b'),
      iteration: orNull(fc.integer({ min: 1, max: 3 })),
      agentId: orNull(fc.constant('sub')),
      requestId: orNull(fc.constant('req')),
      at: count,
      lasts: count,
      durationMs: orNull(count),
      tokens,
      writesAreSplit: fc.boolean(),
      tier: orNull(fc.constant('fast')),
      geo: orNull(fc.constant('us')),
      tools: orNull(fc.constant({ web_search: 2 })),
      reportedMicros: orNull(count),
      complete: fc.boolean(),
    })
    .map(({ lasts, ...some }) => ({
      ...some,
      source,
      key,
      provider: null,
      model: 'm',
      endedAt: some.at + lasts,
    }));
/** Witnesses of one call: a row in one or more sessions, and an event. */
const witnesses = fc
  .tuple(fc.array(fc.constant('transcript' as const), { minLength: 1, maxLength: 3 }), fc.boolean())
  .chain(([rows, event]) =>
    fc.tuple(
      ...rows.map((source, at) => witness(source, `row-${at}`)),
      ...(event ? [witness('event', 'event')] : []),
    ),
  ) as fc.Arbitrary<[Witness, ...Witness[]]>;

describe('a call merged from its witnesses', () => {
  it('is the same in any order of arrival', () => {
    fc.assert(
      fc.property(
        witnesses.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
        ),
        ([all, shuffled]) => {
          expect(mergeCall(shuffled as [Witness, ...Witness[]])).toEqual(mergeCall(all));
        },
      ),
    );
  });

  it('equals its only witness, and keeps every value that only one of them has', () => {
    fc.assert(
      fc.property(witnesses, (all) => {
        const merged = mergeCall(all);
        for (const field of ['tier', 'geo', 'tools', 'agentId', 'requestId', 'reportedMicros'] as const) {
          expect(merged[field] !== null).toBe(all.some((one) => one[field] !== null));
        }
        expect(merged.at).toBeLessThanOrEqual(merged.endedAt);
        const event = all.find(({ source }) => source === 'event');
        const largest = Math.max(...all.map((one) => totalOf(one.tokens)));
        expect(totalOf(merged.tokens)).toBe(event ? totalOf(event.tokens) : largest);
      }),
    );
  });

  it('has the totals and dollars of the event, and the cache lifetimes of the transcript', () => {
    const row: Witness = {
      source: 'transcript',
      key: 'msg',
      sessionId: 's',
      iteration: 2,
      agentId: null,
      provider: null,
      model: 'm',
      requestId: 'req',
      at: 5000,
      endedAt: 6000,
      durationMs: null,
      tokens: { ...NO_TOKENS, input: 3, output: 1, cacheWrite5m: 10, cacheWrite1h: 90 },
      writesAreSplit: true,
      tier: null,
      geo: 'us',
      tools: { web_search: 1 },
      reportedMicros: null,
      complete: false,
    };
    const event: Witness = {
      ...row,
      source: 'event',
      key: 'event',
      iteration: null,
      at: 4000,
      endedAt: 6100,
      durationMs: 2100,
      tokens: { ...NO_TOKENS, input: 3, output: 50, cacheWrite5m: 100 },
      writesAreSplit: false,
      geo: null,
      tools: null,
      reportedMicros: 777,
      complete: true,
    };
    expect(mergeCall([row, event])).toMatchObject({
      source: 'otel',
      tokens: { input: 3, output: 50, cacheWrite5m: 10, cacheWrite1h: 90 },
      writesAreSplit: true,
      reportedMicros: 777,
      at: 4000,
      endedAt: 6100,
      iteration: 2,
      geo: 'us',
      tools: { web_search: 1 },
      complete: true,
    });
  });
});

it('a sum equals its parts plus the rest, if no part is larger', () => {
  fc.assert(
    fc.property(tokens, tokens, (a, b) => {
      const whole = Object.fromEntries(
        Object.entries(a).map(([kind, n]) => [kind, n + b[kind as keyof typeof b]]),
      ) as unknown as typeof a;
      expect(totalOf(subtractTokens(whole, [a]))).toBe(totalOf(b));
      expect(totalOf(subtractTokens(a, [whole]))).toBe(0);
    }),
  );
});

describe('the ends of turns', () => {
  const turn = fc.record({
    started_at: count,
    ended_at: orNull(count),
    outcome: orNull(fc.constant('aborted')),
    stopped_at: orNull(count),
    worked_until: orNull(count),
  });

  it('do not depend on the order of reading, are never before the last call, and are derived once', () => {
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 4 }), orNull(count), (some, ended_at) => {
        const turns = some.map((one, at) => ({ ...one, n: at + 1 }));
        const session = { ended_at, status: ended_at === null ? 'running' : 'complete' };
        const ends = turnEnds(turns, session);
        const sorted = (list: typeof ends) => [...list].sort((a, b) => a.n - b.n);
        expect(sorted(turnEnds([...turns].reverse(), session))).toEqual(sorted(ends));
        for (const end of ends) {
          const { worked_until, started_at } = turns[end.n - 1] ?? { worked_until: null, started_at: 0 };
          expect(end.ended_at).toBeGreaterThanOrEqual(Math.max(worked_until ?? 0, started_at));
        }
        if (ended_at !== null) {
          expect(ends).toHaveLength(turns.length);
        }
        const again = turns.map((one) => ({ ...one, ...ends.find(({ n }) => n === one.n) }));
        expect(sorted(turnEnds(again, session))).toEqual(sorted(ends));
      }),
    );
  });
});
