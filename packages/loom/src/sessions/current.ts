import { hostname } from 'node:os';
import { EXIT, LoomError } from '../errors.js';
import type { Actor } from '../issues/issue.js';
import { userName } from '../issues/place.js';
import type { Database } from '../store/database.js';
import { isInside } from '../store/folder.js';
import { ancestors } from './process.js';
import { SELECT_SESSION, type Session } from './session.js';
import { requireSession } from './store.js';

/**
 * The session of this command. In this order: LOOM_SESSION; the running session whose agent is an ancestor of
 * this process; the only running session in this folder or in a parent folder.
 */
export function currentSession(
  db: Database,
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
): Session | undefined {
  if (env.LOOM_SESSION) {
    return sessionOfEnvironment(db, env.LOOM_SESSION);
  }
  const open = db.all<Session>(`${SELECT_SESSION} WHERE status = 'running' ORDER BY started_at DESC`);
  if (open.length === 0) {
    return undefined;
  }
  const host = hostname();
  const followed = open.filter((session) => session.pid !== null && session.host === host);
  if (followed.length > 0) {
    for (const { pid, started } of ancestors()) {
      const mine = followed.find(
        (session) => session.pid === pid && (session.pid_started || started) === started,
      );
      if (mine) {
        return mine;
      }
    }
  }
  const unfollowed = open.filter((session) => session.pid === null && session.cwd !== null);
  const here = unfollowed.filter((session) => session.cwd === cwd);
  const above = unfollowed.filter((session) => isInside(session.cwd ?? '', cwd));
  const [only, ...others] = here.length > 0 ? here : above;
  return others.length === 0 ? only : undefined;
}

function sessionOfEnvironment(db: Database, id: string): Session {
  try {
    return requireSession(db, id);
  } catch (error) {
    throw error instanceof LoomError
      ? new LoomError(
          `LOOM_SESSION is ${id}, but this session does not exist here.`,
          'Unset it, or set it to one of `lm session list`.',
          error.exitCode,
        )
      : error;
  }
}

export function sessionOrCurrent(db: Database, id: string | undefined, cwd: string): Session {
  const session = id === undefined ? currentSession(db, cwd) : requireSession(db, id);
  if (!session) {
    throw new LoomError(
      'No session is running here.',
      'Start one with `lm session start`, or name one with --session.',
      EXIT.notFound,
    );
  }
  return session;
}

/** Who runs this command: `--as`, then LOOM_AGENT, then the session's agent, then the user. */
export function currentActor(
  db: Database,
  cwd: string,
  as: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
): Actor {
  const session = currentSession(db, cwd, env);
  return { name: as ?? env.LOOM_AGENT ?? session?.agent ?? userName(), sessionId: session?.id ?? null };
}
