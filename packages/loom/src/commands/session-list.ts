import { sessionLine } from '../sessions/session.js';
import { listSessions } from '../sessions/store.js';
import { readCount } from './option-checks.js';
import { command, withLoomToRead } from './spec.js';

export const sessionList = command({
  builder: (yargs) =>
    yargs
      .option('open', { type: 'boolean', default: false, describe: 'Only running ones' })
      .option('limit', { type: 'number', default: 20, describe: 'Maximum number' }),
  run: (args) =>
    withLoomToRead(args, (db) => {
      const sessions = listSessions(db, { open: args.open, limit: readCount('limit', args.limit) });
      const text = sessions.map(sessionLine).join('\n');
      return {
        data: sessions,
        text: text || 'No sessions yet. `lm hooks install` records them automatically.',
      };
    }),
});
