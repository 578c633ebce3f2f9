import { sessionOrCurrent } from '../sessions/current.js';
import { sessionDetail } from './session-text.js';
import { command, withLoomToRead } from './spec.js';

export const sessionCurrent = command({
  builder: (yargs) => yargs,
  run: (args) =>
    withLoomToRead(args, (db) => sessionDetail(db, sessionOrCurrent(db, undefined, args.cwd), Date.now())),
});
