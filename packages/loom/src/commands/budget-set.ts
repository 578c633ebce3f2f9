import { BUDGET_SCOPES, type BudgetScope, setBudget } from '../budgets/store.js';
import { EXIT, LoomError } from '../errors.js';
import { requireIssue } from '../issues/store.js';
import { formatMicros, parseDollars } from '../money.js';
import { requireSession } from '../sessions/store.js';
import type { Database } from '../store/database.js';
import { command, withLoom } from './spec.js';

export const budgetSet = command({
  builder: (yargs) =>
    yargs
      .positional('scope', {
        choices: BUDGET_SCOPES,
        demandOption: true,
        describe: 'What it limits',
      })
      .positional('amount', { type: 'string', demandOption: true, describe: 'US dollars' })
      .option('for', {
        type: 'string',
        default: '*',
        describe: 'One session, issue or agent (default: each one)',
      })
      .option('stop', {
        type: 'boolean',
        default: false,
        describe: 'Stop the agent at 100 %; without this, only warn',
      }),
  run: (args) =>
    withLoom(args, (db) => {
      const scopeId = resolveId(db, args.scope, args.for);
      const budget = {
        scope: args.scope,
        scope_id: scopeId,
        limit_micros: parseDollars(args.amount),
        stop: args.stop,
      };
      setBudget(db, budget, Date.now());
      const what = scopeId === '*' ? `each ${args.scope}` : `${args.scope} ${scopeId}`;
      return {
        data: budget,
        text: `${what}: ${formatMicros(budget.limit_micros)}, ${args.stop ? 'stops the agent at 100 %' : 'warns only'}.`,
      };
    }),
});

export function resolveId(db: Database, scope: BudgetScope, id: string): string {
  if (id === '*') {
    return id;
  }
  if (scope === 'day') {
    throw new LoomError('A day budget applies to every day.', 'Remove --for.', EXIT.usage);
  }
  if (scope === 'agent') {
    return id; // as its sessions name it, such as claude-code
  }
  return scope === 'issue' ? requireIssue(db, id).id : requireSession(db, id).id;
}
