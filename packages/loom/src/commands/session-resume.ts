import { lastCheckpoint } from '../sessions/checkpoints.js';
import { agentProcess } from '../sessions/process.js';
import { sessionLine } from '../sessions/session.js';
import { requireSession, resumeSession } from '../sessions/store.js';
import { checkpointText } from './checkpoint.js';
import { command, withLoom } from './spec.js';

export const sessionResume = command({
  builder: (yargs) =>
    yargs
      .positional('session', { type: 'string', demandOption: true, describe: 'Session' })
      .option('follow', {
        type: 'boolean',
        default: false,
        describe: 'The session ends when the process that runs this command does',
      }),
  run: (args) =>
    withLoom(args, (db) => {
      const known = requireSession(db, args.session);
      const session = resumeSession(db, known.id, args.follow ? agentProcess() : undefined, Date.now());
      const checkpoint = lastCheckpoint(db, session.id) ?? null;
      return {
        data: { session, checkpoint },
        text: [
          sessionLine(session),
          ...(checkpoint ? [checkpointText(checkpoint)] : ['No checkpoint.']),
        ].join('\n'),
      };
    }),
});
