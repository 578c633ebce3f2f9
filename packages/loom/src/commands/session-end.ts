import { sessionOrCurrent } from '../sessions/current.js';
import { sessionLine } from '../sessions/session.js';
import { endSession } from '../sessions/store.js';
import { command, withLoom } from './spec.js';

export const sessionEnd = command({
  builder: (yargs) =>
    yargs
      .positional('session', { type: 'string', describe: 'Session (default: the current one)' })
      .option('status', {
        choices: ['complete', 'error', 'cancelled', 'budget_exhausted', 'interrupted'] as const,
        default: 'complete' as const,
        describe: 'How it ended',
      })
      .option('reason', { type: 'string', describe: 'Why it ended' }),
  run: (args) =>
    withLoom(args, (db) => {
      const session = sessionOrCurrent(db, args.session, args.cwd);
      // For an ended session, only the outcome changes. The time of its end stays.
      const at = session.ended_at ?? Date.now();
      const ended = endSession(db, session.id, args.status, args.reason ?? null, at);
      return { data: ended, text: sessionLine(ended) };
    }),
});
