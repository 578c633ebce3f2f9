import { EXIT, LoomError } from '../errors.js';
import { releaseIssue } from '../issues/changes.js';
import { endDeadSessions, IDLE_MS, lostSessions, orphanedIssue } from '../sessions/recover.js';
import { sessionLine } from '../sessions/session.js';
import { checkpointText } from './checkpoint.js';
import { actorOf } from './issue-text.js';
import { readCount } from './option-checks.js';
import { command, withLoom } from './spec.js';

export const recover = command({
  builder: (yargs) =>
    yargs
      .option('idle', {
        type: 'number',
        default: IDLE_MS / 60_000,
        describe: 'Minutes of inactivity after which a session is over, if its process is unknown',
      })
      .option('release', { type: 'boolean', default: false, describe: 'Release their issues' })
      .option('limit', { type: 'number', default: 10, describe: 'Maximum number' }),
  run: (args) =>
    withLoom(args, (db) => {
      const now = Date.now();
      if (!(args.idle >= 0)) {
        throw new LoomError('--idle must be a number, in minutes.', 'The default is 30.', EXIT.usage);
      }
      const limit = readCount('limit', args.limit);
      const found = endDeadSessions(db, now, args.idle * 60_000);
      const lost = lostSessions(db, limit);
      const released: string[] = [];
      if (args.release) {
        const actor = actorOf(db, { cwd: args.cwd });
        for (const { session } of lost) {
          const issue = orphanedIssue(db, session);
          if (issue) {
            releaseIssue(db, issue, actor, now, `${session.id} was interrupted`);
            released.push(issue);
          }
        }
      }
      const lines = lost.flatMap(({ session, checkpoint }) => [
        sessionLine(session),
        `  ${session.termination_reason}`,
        checkpoint ? `  ${checkpointText(checkpoint)}` : '  no checkpoint',
        `  to continue: lm session resume ${session.id}${session.source === 'claude-code' && session.source_session_id ? `, claude --resume ${session.source_session_id}` : ''}`,
      ]);
      const heads = [
        `${found.length} ${found.length === 1 ? 'session has' : 'sessions have'} ended unexpectedly since the last check.`,
        ...released.map((id) => `${id} is ready again.`),
      ];
      return {
        data: { found: found.map((session) => session.id), interrupted: lost, released },
        text: lost.length === 0 ? 'No interrupted sessions.' : [...heads, ...lines].join('\n'),
      };
    }),
});
