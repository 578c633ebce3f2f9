import { readTerms, tag } from '../atlas.js';
import { createIssue } from '../issues/store.js';
import { ATLAS, TASK } from './atlas-options.js';
import { AS, actorOf, issueOutcome } from './issue-text.js';
import { command, withLoom } from './spec.js';

export const create = command({
  builder: (yargs) =>
    yargs
      .positional('title', { type: 'string', demandOption: true, describe: 'What is to be done' })
      .option('description', { alias: 'd', type: 'string', describe: 'More about it' })
      .option('priority', {
        alias: 'p',
        type: 'number',
        choices: [0, 1, 2, 3, 4],
        default: 2,
        describe: '0 is urgent',
      })
      .option('label', {
        alias: 'l',
        type: 'string',
        array: true,
        default: [] as string[],
        describe: 'Label',
      })
      .option('parent', { type: 'string', describe: 'Issue that this is a part of' })
      .option('repo', { type: 'string', describe: 'Repository that it is about' })
      .option('task', TASK)
      .option('atlas', ATLAS)
      .option('as', AS),
  run: (args) =>
    withLoom(args, (db) =>
      db.transaction(() => {
        const issue = createIssue(
          db,
          {
            title: args.title,
            description: args.description,
            priority: args.priority,
            labels: args.label,
            parentId: args.parent,
            repo: args.repo,
          },
          actorOf(db, args),
          Date.now(),
        );
        tag(db, 'issue', issue.id, readTerms(args.task, args.atlas));
        return issueOutcome(issue);
      }),
    ),
});
