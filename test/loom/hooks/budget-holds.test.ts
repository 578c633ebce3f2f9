import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { setBudget } from '../../../packages/loom/src/budgets/store.js';
import { applyEvent } from '../../../packages/loom/src/hooks/events.js';
import { ingestOne } from '../../../packages/loom/src/ingest/one.js';
import { createIssue } from '../../../packages/loom/src/issues/store.js';
import { line, response, writeClaude } from '../ingest/transcripts.js';
import { project } from '../project.js';

const LIMIT = 10_000;

/** Output tokens of Sonnet 4.5, at 15 micro-dollars each. */
const calls = fc.array(fc.record({ agent: fc.nat(1), output: fc.integer({ min: 1, max: 400 }) }), {
  minLength: 1,
  maxLength: 12,
});

it.each(['session', 'issue', 'day', 'agent'] as const)(
  'a %s budget that stops is exceeded by at most the current call',
  async (scope) => {
    await fc.assert(
      fc.asyncProperty(calls, async (asked) => {
        const { dir, db, loomDir } = project();
        const issue = createIssue(db, { title: 'work' }, { name: 'x', sessionId: null }, 0).id;
        setBudget(db, { scope, scope_id: '*', limit_micros: LIMIT, stop: true }, 0);
        // Two agents. A session budget applies to one of them, all others to both.
        const spent = [0, 0];
        const used = (agent: number) =>
          (scope === 'session' ? spent[agent] : (spent[0] ?? 0) + (spent[1] ?? 0)) ?? 0;
        const paths = [0, 1].map((agent) => writeClaude(join(dir, 'home'), `p/s${agent}.jsonl`, []));
        for (const [n, { agent, output }] of asked.entries()) {
          const session_id = `s${agent}`;
          const at = Date.now();
          await ingestOne(db, loomDir, paths[agent] ?? '');
          const event = { hook_event_name: 'PreToolUse', session_id, cwd: dir };
          const answer = applyEvent(db, { at, process: null, issue, event });
          const stopped = answer !== undefined && 'continue' in answer;
          const mine = db.get<{ id: string }>(
            'SELECT id FROM sessions WHERE source_session_id = ?',
            session_id,
          );
          // The other agent's spending since its last gate is its current call.
          const known = Number(
            db.get(
              `SELECT COALESCE(SUM(cost_micros), 0) AS n FROM llm_calls WHERE ${scope === 'session' ? 'session_id = ?' : '? IS NOT NULL'}`,
              mine?.id,
            )?.n,
          );
          expect(stopped).toBe(known >= LIMIT);
          expect(used(agent) - known).toBeLessThanOrEqual(scope === 'session' ? 0 : 400 * 15);
          if (!stopped) {
            const row = response({ sessionId: session_id, cwd: dir }, `m${n}`, 0, { output });
            appendFileSync(paths[agent] ?? '', line([{ ...row, timestamp: new Date().toISOString() }]));
            spent[agent] = (spent[agent] ?? 0) + output * 15;
          }
        }
        db.close();
      }),
      { numRuns: 12 },
    );
  },
);
