import { ISSUE_STATES } from '../issues/issue.js';
import { countIssues, type IssueFilter, listIssues } from '../issues/store.js';
import { listOutcome } from './issue-text.js';
import { readCount } from './option-checks.js';
import { command, withLoomToRead } from './spec.js';

export const list = command({
  builder: (yargs) =>
    yargs
      .option('status', { alias: 's', choices: ISSUE_STATES, array: true, describe: 'Only these states' })
      .option('all', { type: 'boolean', default: false, describe: 'Include closed issues' })
      .option('label', { alias: 'l', type: 'string', describe: 'Only with this label' })
      .option('assignee', { type: 'string', describe: 'Only of this assignee' })
      .option('type', { type: 'string', describe: 'Only this type, such as bug' })
      .option('repo', { type: 'string', describe: 'Only of this repository' })
      .option('limit', { type: 'number', default: 200, describe: 'Maximum number' }),
  run: (args) =>
    withLoomToRead(args, (db) => {
      const filter: IssueFilter = {
        status: args.status ?? (args.all ? undefined : ['pending', 'in_progress', 'blocked']),
        label: args.label,
        assignee: args.assignee,
        type: args.type,
        repo: args.repo,
        limit: readCount('limit', args.limit),
      };
      return listOutcome(
        listIssues(db, filter),
        countIssues(db, filter),
        'No issues. `lm create "What to do"` adds one.',
      );
    }),
});
