import { BUDGET_SCOPES, removeBudget } from '../budgets/store.js';
import { EXIT, LoomError } from '../errors.js';
import { resolveId } from './budget-set.js';
import { command, withLoom } from './spec.js';

export const budgetRemove = command({
  builder: (yargs) =>
    yargs
      .positional('scope', {
        choices: BUDGET_SCOPES,
        demandOption: true,
        describe: 'What it limits',
      })
      .option('for', { type: 'string', default: '*', describe: 'One session, issue or agent' }),
  run: (args) =>
    withLoom(args, (db) => {
      const scopeId = resolveId(db, args.scope, args.for);
      if (!removeBudget(db, args.scope, scopeId)) {
        throw new LoomError(
          'This budget does not exist.',
          'Run `lm budget status` to see them.',
          EXIT.notFound,
        );
      }
      return { data: { scope: args.scope, scope_id: scopeId }, text: 'Removed.' };
    }),
});
