import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { AgentRequest } from '../../../packages/loom/src/ingest/agent-events.js';
import { recordRequests } from '../../../packages/loom/src/ingest/native.js';
import { createIssue } from '../../../packages/loom/src/issues/store.js';
import { Ledger } from '../../../packages/loom/src/ledger/calls.js';
import { deriveStale } from '../../../packages/loom/src/ledger/derive.js';
import { NO_TOKENS, type Witness } from '../../../packages/loom/src/ledger/witness.js';
import { attribute } from '../../../packages/loom/src/sessions/attribution.js';
import { startSession } from '../../../packages/loom/src/sessions/store.js';
import type { Database } from '../../../packages/loom/src/store/database.js';
import { project } from '../project.js';

const T = 1_790_000_000_000;
const SESSION = { agent: 'claude-code', source: 'claude-code', startedAt: T };
const PRICE = () => ({ micros: 7, version: 'test', bound: null });

interface Request {
  readonly n: number;
  readonly output: number;
  readonly row: boolean;
  readonly event: boolean;
  /** Whether the event has the request's id. The row always has it. */
  readonly keyed: boolean;
}

/** Requests are minutes apart, so that those without an id can be matched by time. */
const requests = fc
  .array(
    fc.record({
      output: fc.integer({ min: 1, max: 50 }),
      row: fc.boolean(),
      event: fc.boolean(),
      keyed: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((list) => list.map((one, n): Request => ({ ...one, n })));

type Fact = { readonly kind: 'row' | 'event'; readonly of: Request };

function tell(db: Database, source: string, { kind, of }: Fact): void {
  const at = T + of.n * 600_000;
  if (kind === 'event') {
    const event: AgentRequest = {
      sessionId: source,
      sequence: String(of.n),
      at: at + 500,
      model: 'm',
      dollars: 0.25,
      durationMs: 400,
      input: 3,
      output: of.output,
      cacheRead: 0,
      cacheWrite: 0,
      speed: null,
      requestId: of.keyed ? `${source}_${of.n}` : null,
      agentId: null,
    };
    recordRequests(db, [event]);
    return;
  }
  const session = startSession(db, { ...SESSION, sourceSessionId: source });
  const row: Witness = {
    source: 'transcript',
    key: `msg_${source}_${of.n}`,
    sessionId: session.id,
    iteration: null,
    agentId: null,
    provider: null,
    model: 'm',
    requestId: `${source}_${of.n}`,
    at,
    endedAt: at,
    durationMs: null,
    tokens: { ...NO_TOKENS, input: 3, output: of.output },
    writesAreSplit: true,
    tier: null,
    geo: null,
    tools: null,
    reportedMicros: null,
    complete: true,
  };
  db.transaction(() => {
    const ledger = new Ledger(db, PRICE);
    ledger.record(row);
    ledger.flush();
  });
  deriveStale(db);
}

it('rows and events give the same calls in every order, however often they arrive', () => {
  const { db } = project();
  let runs = 0;
  fc.assert(
    fc.property(
      requests.chain((list) => {
        const facts = list.flatMap((of): Fact[] => [
          ...(of.row ? [{ kind: 'row' as const, of }] : []),
          ...(of.event ? [{ kind: 'event' as const, of }] : []),
        ]);
        return fc.tuple(
          fc.constant(list),
          fc.shuffledSubarray([...facts, ...facts], { minLength: facts.length * 2 }),
        );
      }),
      ([list, facts]) => {
        runs += 1;
        for (const fact of facts) {
          tell(db, `s${runs}`, fact);
        }
        const calls = db.all(
          `SELECT output_tokens, cost_micros, cost_basis FROM llm_calls WHERE session_id =
             (SELECT id FROM sessions WHERE source_session_id = ?) ORDER BY ended_at`,
          `s${runs}`,
        );
        expect(calls.map((call) => Object.values(call))).toEqual(
          list
            .filter(({ row, event }) => row || event)
            .map(({ output, event }) => [output, ...(event ? [250_000, 'reported'] : [7, 'calculated'])]),
        );
      },
    ),
    { numRuns: 40 },
  );
});

it('the issue of a session does not depend on the order of arrival', () => {
  const { db } = project();
  const issues = [1, 2, 3].map(
    (n) => createIssue(db, { title: `${n}` }, { name: 'x', sessionId: null }, T).id,
  );
  let runs = 0;
  const bases = ['env', 'claim', 'branch', 'commit'] as const;
  const fact = fc.record({
    basis: fc.constantFrom(...bases),
    issue: fc.integer({ min: 0, max: 2 }),
    at: fc.nat(1000),
  });
  fc.assert(
    fc.property(
      fc
        .uniqueArray(fact, { selector: ({ at }) => at, minLength: 1, maxLength: 5 })
        .chain((facts) =>
          fc.tuple(fc.constant(facts), fc.shuffledSubarray(facts, { minLength: facts.length })),
        ),
      ([facts, shuffled]) => {
        runs += 1;
        const told = (list: typeof facts, source: string) => {
          const { id } = startSession(db, { ...SESSION, sourceSessionId: source });
          for (const { basis, issue, at } of list) {
            attribute(db, id, issues[issue] ?? null, basis, at);
          }
          return db.all(
            'SELECT from_at, issue_id, basis FROM attributions WHERE session_id = ? ORDER BY from_at',
            id,
          );
        };
        expect(told(shuffled, `b${runs}`)).toEqual(
          told(
            [...facts].sort((a, b) => a.at - b.at),
            `a${runs}`,
          ),
        );
      },
    ),
    { numRuns: 40 },
  );
});
