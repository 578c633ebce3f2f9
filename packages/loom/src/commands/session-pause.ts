import { sessionOrCurrent } from '../sessions/current.js';
import { sessionLine } from '../sessions/session.js';
import { pauseSession } from '../sessions/store.js';
import { command, withLoom } from './spec.js';

export const sessionPause = command({
  builder: (yargs) =>
    yargs.positional('session', { type: 'string', describe: 'Session (default: the current one)' }),
  run: (args) =>
    withLoom(args, (db) => {
      const session = pauseSession(db, sessionOrCurrent(db, args.session, args.cwd).id, Date.now());
      return {
        data: session,
        text: `${sessionLine(session)}\nGo on with \`lm session resume ${session.id}\`.`,
      };
    }),
});
