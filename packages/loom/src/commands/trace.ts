import { EXIT, LoomError } from '../errors.js';
import type { Database } from '../store/database.js';
import { command } from './spec.js';
import { traceText } from './trace-text.js';
import { withViews } from './views.js';

export const trace = command({
  builder: (yargs) =>
    yargs.positional('trace', {
      type: 'string',
      demandOption: true,
      describe: 'Id of the trace, or how it begins',
    }),
  run: (args) =>
    withViews(args, async (ask, db) => {
      const view = await ask('traces/:id', { id: wholeId(db, args.trace) });
      return { data: view, text: traceText(view) };
    }),
});

/** The one trace whose id begins so. */
export function wholeId(db: Database, begun: string): string {
  const found = db.all<{ id: string }>(
    'SELECT id FROM traces WHERE id = ?1 UNION ALL SELECT id FROM traces WHERE id > ?1 AND id < ?2 LIMIT 3',
    begun,
    `${begun}\u{10FFFF}`,
  );
  const [first, second] = found;
  if (!first || begun === '') {
    throw new LoomError(`There is no trace ${begun}.`, 'Run `lm traces` to see the newest.', EXIT.notFound);
  }
  if (first.id !== begun && second) {
    throw new LoomError(
      `Several traces begin with ${begun}.`,
      'Give more of the id; --json prints it whole.',
      EXIT.usage,
    );
  }
  return first.id;
}
