import { gitHead } from '../git.js';
import type { Database } from '../store/database.js';
import { agentProcess } from './process.js';
import type { Session } from './session.js';
import { startIteration, startSession } from './store.js';

/**
 * A session that a person or a script starts with a command. The process is recorded only on request: it is
 * usually a terminal, and its end would mean nothing.
 */
export function openManualSession(
  db: Database,
  options: { agent: string; cwd: string; now: number; title?: string | undefined; followProcess?: boolean },
): Session {
  const head = gitHead(options.cwd);
  const session = startSession(db, {
    agent: options.agent,
    source: 'manual',
    cwd: options.cwd,
    branch: head.branch,
    commit: head.commit,
    process: options.followProcess ? agentProcess() : undefined,
    title: options.title,
    startedAt: options.now,
  });
  startIteration(db, session.id, undefined, options.now);
  return session;
}
