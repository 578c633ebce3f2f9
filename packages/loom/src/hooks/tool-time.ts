import { findBySource } from '../sessions/store.js';
import type { Database } from '../store/database.js';
import type { HookEvent } from './received.js';

/**
 * A tool starts after its gate, so the gate's time is not part of the tool's. The transcript's row has the
 * rest. `at` in Unix ms.
 */
export function noteToolStart(db: Database, event: HookEvent, at: number): void {
  const { hook_event_name: name, session_id, tool_use_id: id, tool_name: tool } = event;
  const session = id && tool ? findBySource(db, 'claude-code', session_id) : undefined;
  if (name !== 'PreToolUse' || !session) {
    return;
  }
  db.run(
    `INSERT INTO tool_calls(id, session_id, name, started_at) VALUES (?, ?, ?, ?)
     ON CONFLICT(id) DO UPDATE SET started_at = excluded.started_at WHERE ok IS NULL`,
    id,
    session.id,
    tool,
    at,
  );
}
