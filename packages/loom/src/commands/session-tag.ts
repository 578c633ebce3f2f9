import { readTerms, tag } from '../atlas.js';
import { EXIT, LoomError } from '../errors.js';
import { sessionOrCurrent } from '../sessions/current.js';
import { sessionLine } from '../sessions/session.js';
import { ATLAS, TASK } from './atlas-options.js';
import { command, withLoom } from './spec.js';

export const sessionTag = command({
  builder: (yargs) =>
    yargs
      .positional('session', { type: 'string', describe: 'Session (default: the current one)' })
      .option('task', TASK)
      .option('atlas', ATLAS),
  run: (args) =>
    withLoom(args, (db) => {
      const terms = readTerms(args.task, args.atlas);
      if (Object.keys(terms).length === 0) {
        throw new LoomError(
          'There is no term.',
          'Add --task generate, or --atlas touchpoint.type=cli.',
          EXIT.usage,
        );
      }
      const session = sessionOrCurrent(db, args.session, args.cwd);
      tag(db, 'session', session.id, terms);
      const tags = Object.entries(terms).map(([dimension, term]) => `${dimension}=${term}`);
      return { data: { session_id: session.id, terms }, text: `${sessionLine(session)}\n${tags.join('  ')}` };
    }),
});
