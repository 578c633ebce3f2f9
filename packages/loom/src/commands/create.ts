import { readTerms, tag } from '../atlas.js';
import { linkIssues } from '../issues/dependencies.js';
import { createIssue, requireIssue } from '../issues/store.js';
import { ATLAS, TASK } from './atlas-options.js';
import { AS, actorOf, issueOutcome } from './issue-text.js';
import { command, withLoom } from './spec.js';
import { readTemplate } from './template.js';
import { readDate } from './times.js';

export const create = command({
  builder: (yargs) =>
    yargs
      .positional('title', { type: 'string', demandOption: true, describe: 'Title of the work' })
      .option('description', { alias: 'd', type: 'string', describe: 'Description' })
      .option('priority', {
        alias: 'p',
        type: 'number',
        choices: [0, 1, 2, 3, 4],
        describe: '0 (urgent) to 4; the default is 2',
      })
      .option('label', {
        alias: 'l',
        type: 'string',
        array: true,
        default: [] as string[],
        describe: 'Label',
      })
      .option('parent', { type: 'string', describe: 'Parent issue' })
      .option('type', { type: 'string', describe: 'task (the default), bug, feature, epic, chore …' })
      .option('design', { type: 'string', describe: 'Design: how to do it' })
      .option('acceptance', { type: 'string', describe: 'Acceptance criteria' })
      .option('notes', { type: 'string', describe: 'Notes' })
      .option('due', { type: 'string', describe: 'Due date: a date, or 3d from now' })
      .option('defer', { type: 'string', describe: 'Not ready before: a date, or 3d from now' })
      .option('blocked-by', {
        type: 'string',
        array: true,
        default: [] as string[],
        describe: 'Issue that blocks it',
      })
      .option('discovered-from', { type: 'string', describe: 'Issue during which you found this' })
      .option('template', { type: 'string', describe: 'Text and fields of .loom/templates/<name>.md' })
      .option('repo', { type: 'string', describe: 'Repository that it belongs to' })
      .option('task', TASK)
      .option('atlas', ATLAS)
      .option('as', AS),
  run: (args) =>
    withLoom(args, (db, loomDir) =>
      db.transaction(() => {
        const now = Date.now();
        const actor = actorOf(db, args);
        const template = args.template === undefined ? {} : readTemplate(loomDir, args.template);
        const issue = createIssue(
          db,
          {
            title: args.title,
            description: args.description ?? template.description,
            priority: args.priority ?? template.priority ?? 2,
            labels: [...new Set([...(template.labels ?? []), ...args.label])],
            parentId: args.parent,
            repo: args.repo,
            type: args.type ?? template.type,
            design: args.design ?? template.design,
            acceptance: args.acceptance ?? template.acceptance,
            notes: args.notes ?? template.notes,
            dueAt: args.due === undefined ? undefined : readDate(args.due, now),
            deferUntil: args.defer === undefined ? undefined : readDate(args.defer, now),
          },
          actor,
          now,
        );
        tag(db, 'issue', issue.id, readTerms(args.task, args.atlas));
        for (const by of args.blockedBy ?? []) {
          linkIssues(db, issue.id, by, 'blocks', actor, now);
        }
        if (args.discoveredFrom !== undefined) {
          linkIssues(db, issue.id, args.discoveredFrom, 'discovered-from', actor, now);
        }
        return issueOutcome(requireIssue(db, issue.id));
      }),
    ),
});
