import { sessionOrCurrent } from '../sessions/current.js';
import { sessionDetail } from './session-text.js';
import { command, withLoom } from './spec.js';

export const sessionCurrent = command({
  builder: (yargs) => yargs,
  run: (args) =>
    withLoom(args, (db) => sessionDetail(db, sessionOrCurrent(db, undefined, args.cwd), Date.now())),
});
