import type { Database } from '../../../packages/loom/src/store/database.js';

export const START = Date.parse('2026-10-01T10:00:00Z');

/** Sessions of ten turns with calls and tools, enough for `total` records in the outbox. */
export function fill(db: Database, total: number): void {
  db.transaction(() => {
    let queued = 0;
    for (let s = 0; queued < total; s += 1) {
      const session = `ses-${s}`;
      db.run(
        `INSERT INTO sessions(id, agent, source, git_branch, started_at, last_seen_at) VALUES (?, 'claude-code', 'manual', 'main', ?, ?)`,
        session,
        START,
        START,
      );
      for (let n = 1; n <= 10 && queued < total; n += 1) {
        const at = START + n * 1000;
        db.run(
          'INSERT INTO iterations(session_id, n, id, started_at, ended_at, outcome) VALUES (?, ?, ?, ?, ?, ?)',
          session,
          n,
          `${session}/${n}`,
          at,
          at + 900,
          'complete',
        );
        queued += 1;
        for (let c = 0; c < 8 && queued < total; c += 1, queued += 1) {
          db.run(
            `INSERT INTO llm_calls(id, session_id, iteration, model, started_at, ended_at, input_tokens, output_tokens, cost_micros, cost_basis)
             VALUES (?, ?, ?, 'claude-sonnet-4-5', ?, ?, 100, 10, 450, 'calculated')`,
            `${session}-${n}-${c}`,
            session,
            n,
            at + c,
            at + c + 50,
          );
        }
        if (queued < total) {
          db.run(
            "INSERT INTO tool_calls(id, session_id, iteration, name, started_at, duration_ms, ok) VALUES (?, ?, ?, 'Edit', ?, 5, 1)",
            `tool-${session}-${n}`,
            session,
            n,
            at + 60,
          );
          queued += 1;
        }
      }
    }
  });
}
