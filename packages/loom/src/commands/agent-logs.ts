import { readAgentRequests } from '../ingest/agent-events.js';
import { foreignSessions } from '../ingest/foreign-sessions.js';
import { recordRequests } from '../ingest/native.js';
import type { LogsOutcome } from '../receiver/routes.js';
import type { Database } from '../store/database.js';

/** Records what agents tell of their requests by OTLP logs, except of sessions in other projects. */
export function agentLogs(
  db: Database,
  loomDir: string,
  env: NodeJS.ProcessEnv,
): (body: unknown) => LogsOutcome | undefined {
  const isForeign = foreignSessions(db, loomDir, env);
  return (body) => {
    const requests = readAgentRequests(body);
    const ours = requests.filter(({ sessionId }) => !isForeign(sessionId));
    recordRequests(db, ours);
    const rejected = requests.length - ours.length;
    return rejected > 0
      ? { rejected, message: `${rejected} requests belong to sessions of another project` }
      : undefined;
  };
}
