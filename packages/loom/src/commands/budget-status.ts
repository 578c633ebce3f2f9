import { budgetStatus } from '../budgets/status.js';
import { budgets } from '../budgets/store.js';
import { requireSession } from '../sessions/store.js';
import { budgetLine } from './budget-text.js';
import { command, withLoomToRead } from './spec.js';

export const budgetStatusCommand = command({
  builder: (yargs) =>
    yargs.option('session', { type: 'string', describe: 'Only budgets that apply to this session' }),
  run: (args) =>
    withLoomToRead(args, (db) => {
      const sessionId = args.session === undefined ? undefined : requireSession(db, args.session).id;
      const statuses = budgetStatus(db, Date.now(), sessionId);
      const set = budgets(db);
      const text =
        statuses.map(budgetLine).join('\n') ||
        (set.length > 0
          ? 'Budgets are set, but no session or issue that they limit is open.'
          : 'No budgets. `lm budget set day 10 --stop` sets one.');
      return { data: { budgets: set, status: statuses }, text };
    }),
});
