import { primer } from '../agents/prime.js';
import { currentSession } from '../sessions/current.js';
import { requireSession } from '../sessions/store.js';
import { command, withLoomToRead } from './spec.js';

export const prime = command({
  builder: (yargs) =>
    yargs
      .option('session', { type: 'string', describe: 'Session (default: the current one)' })
      .option('for', {
        choices: ['person', 'text', 'hook'] as const,
        default: 'person' as const,
        describe: 'text: plain text, or nothing; hook: the JSON that Gemini CLI expects from a hook',
      })
      .option('issue', { type: 'string', describe: 'Issue (default: the one of the session)' }),
  run: (args) =>
    withLoomToRead(args, (db) => {
      const session =
        args.session === undefined ? currentSession(db, args.cwd) : requireSession(db, args.session);
      const found = primer(db, {
        session,
        issueId: args.issue ?? process.env.LOOM_ISSUE,
        now: Date.now(),
      });
      if (args.for !== 'person') {
        return { data: found, text: args.for === 'text' ? found.text : hookAnswer(found.text) };
      }
      return {
        data: found,
        text: found.text || 'There is no issue, checkpoint or note yet. `lm create` adds an issue.',
      };
    }),
});

function hookAnswer(text: string): string {
  return JSON.stringify(
    text === '' ? {} : { hookSpecificOutput: { hookEventName: 'SessionStart', additionalContext: text } },
  );
}
