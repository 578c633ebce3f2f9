import { ISSUE_STATES } from '../issues/issue.js';
import { listIssues } from '../issues/store.js';
import { listOutcome } from './issue-text.js';
import { readCount } from './option-checks.js';
import { command, withLoomToRead } from './spec.js';

export const list = command({
  builder: (yargs) =>
    yargs
      .option('status', { alias: 's', choices: ISSUE_STATES, array: true, describe: 'Only these states' })
      .option('all', { type: 'boolean', default: false, describe: 'Closed ones too' })
      .option('label', { alias: 'l', type: 'string', describe: 'Only with this label' })
      .option('assignee', { type: 'string', describe: 'Only this one’s' })
      .option('limit', { type: 'number', default: 200, describe: 'At most this many' }),
  run: (args) =>
    withLoomToRead(args, (db) =>
      listOutcome(
        listIssues(db, {
          status: args.status ?? (args.all ? undefined : ['pending', 'in_progress', 'blocked']),
          label: args.label,
          assignee: args.assignee,
          limit: readCount('limit', args.limit),
        }),
        'No issues. `lm create "What to do"` adds one.',
      ),
    ),
});
