import { countIssues, type IssueFilter, listIssues } from '../issues/store.js';
import { AS, actorOf, listOutcome } from './issue-text.js';
import { readCount } from './option-checks.js';
import { command, withLoomToRead } from './spec.js';

export const mine = command({
  builder: (yargs) =>
    yargs.option('as', AS).option('limit', { type: 'number', default: 200, describe: 'Maximum number' }),
  run: (args) =>
    withLoomToRead(args, (db) => {
      const { name } = actorOf(db, args);
      const filter: IssueFilter = {
        status: ['pending', 'in_progress', 'blocked'],
        assignee: name,
        limit: readCount('limit', args.limit),
      };
      return listOutcome(listIssues(db, filter), countIssues(db, filter), `${name} has no open issues.`);
    }),
});
