import { requireSession } from '../sessions/store.js';
import { sessionDetail } from './session-text.js';
import { command, withLoomToRead } from './spec.js';

export const sessionShow = command({
  builder: (yargs) =>
    yargs.positional('session', { type: 'string', demandOption: true, describe: 'Session' }),
  run: (args) =>
    withLoomToRead(args, (db) => sessionDetail(db, requireSession(db, args.session), Date.now())),
});
