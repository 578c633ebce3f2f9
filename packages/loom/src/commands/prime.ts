import { primer } from '../agents/prime.js';
import { currentSession } from '../sessions/current.js';
import { requireSession } from '../sessions/store.js';
import { command, withLoomToRead } from './spec.js';

export const prime = command({
  builder: (yargs) =>
    yargs
      .option('session', { type: 'string', describe: 'Session; the current one when left out' })
      .option('for', {
        choices: ['person', 'text', 'hook'] as const,
        default: 'person' as const,
        describe: 'text: nothing when nothing is known; hook: as the JSON that Gemini CLI takes from a hook',
      })
      .option('issue', { type: 'string', describe: 'Issue; that of the session when left out' }),
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
        text:
          found.text || 'Nothing is known yet: no issue, no checkpoint, no note. `lm create` adds an issue.',
      };
    }),
});

function hookAnswer(text: string): string {
  return JSON.stringify(
    text === '' ? {} : { hookSpecificOutput: { hookEventName: 'SessionStart', additionalContext: text } },
  );
}
