import { EXIT, LoomError } from '../errors.js';
import { claimIssue, closeIssue, releaseIssue } from '../issues/changes.js';
import { blockIssue } from '../issues/dependencies.js';
import { editIssue, type IssuePatch } from '../issues/edit.js';
import { type Actor, ISSUE_STATES, type Issue, type IssueState } from '../issues/issue.js';
import { requireIssue } from '../issues/store.js';
import type { Database } from '../store/database.js';
import { claimInTeam, releaseInTeam } from './claim-remote.js';
import { editInEditor } from './editor.js';
import { AS, actorOf, issueOutcome } from './issue-text.js';
import { command, withLoom } from './spec.js';
import { readText } from './stdin.js';
import { readDate } from './times.js';

const optionalText = (describe: string) => ({ type: 'string', describe }) as const;

export const edit = command({
  builder: (yargs) =>
    yargs
      .positional('id', { type: 'string', demandOption: true, describe: 'Issue' })
      .option('title', { alias: 't', ...optionalText('Title of the work') })
      .option('description', { alias: 'd', ...optionalText('Description; - reads stdin') })
      .option('design', optionalText('Design: how to do it; - reads stdin'))
      .option('acceptance', optionalText('Acceptance criteria; - reads stdin'))
      .option('notes', optionalText('Notes; - reads stdin'))
      .option('type', optionalText('task, bug, feature, epic, chore …'))
      .option('priority', { alias: 'p', type: 'number', describe: '0 (urgent) to 4' })
      .option('status', { alias: 's', choices: ISSUE_STATES, describe: 'State' })
      .option('label', { alias: 'l', type: 'string', array: true, describe: 'Replace all labels with these' })
      .option('add-label', {
        type: 'string',
        array: true,
        default: [] as string[],
        describe: 'Add a label',
      })
      .option('remove-label', {
        type: 'string',
        array: true,
        default: [] as string[],
        describe: 'Remove a label',
      })
      .option('assignee', optionalText('Assignee; "" for none'))
      .option('parent', optionalText('Parent issue; "" for none'))
      .option('due', optionalText('Due date: a date, or 3d from now; "" for none'))
      .option('defer', optionalText('Not ready before: a date, or 3d from now; "" for now'))
      .option('editor', {
        type: 'boolean',
        default: true,
        describe: 'Open $EDITOR if no other flag is given',
      })
      .option('as', AS),
  run: (args) =>
    withLoom(args, async (db) => {
      const now = Date.now();
      const actor = actorOf(db, args);
      const issue = requireIssue(db, args.id);
      const text = (value: string | undefined) => (value === undefined ? undefined : readText(value) || null);
      const date = (value: string | undefined) =>
        value === undefined ? undefined : value === '' ? null : readDate(value, now);
      const labels =
        args.label || args.addLabel.length > 0 || args.removeLabel.length > 0
          ? [...new Set([...(args.label ?? issue.labels), ...args.addLabel])].filter(
              (label) => !args.removeLabel.includes(label),
            )
          : undefined;
      const flags: IssuePatch = {
        title: args.title,
        description: text(args.description),
        design: text(args.design),
        acceptance: text(args.acceptance),
        notes: text(args.notes),
        type: args.type,
        priority: args.priority,
        labels,
        assignee: args.assignee === undefined ? undefined : args.assignee || null,
        parent_id: args.parent === undefined ? undefined : args.parent || null,
        due_at: date(args.due),
        defer_until: date(args.defer),
      };
      const hasFlags = args.status !== undefined || Object.values(flags).some((value) => value !== undefined);
      if (!hasFlags && !args.editor) {
        throw new LoomError(
          'There is nothing to change.',
          'Pass a field to change, such as --title.',
          EXIT.usage,
        );
      }
      const { patch, status } = hasFlags
        ? { patch: flags, status: args.status }
        : editInEditor(issue, process.env);
      const edited = db.transaction(() => {
        const fields = editIssue(db, issue.id, patch, actor, now).edited;
        if (status !== undefined && status !== issue.status) {
          move(db, issue, status, actor, now);
        }
        return fields;
      });
      const after = requireIssue(db, issue.id);
      const says =
        after.status === issue.status
          ? []
          : after.status === 'in_progress'
            ? await claimInTeam(db, issue.id, process.env)
            : await releaseInTeam(db, issue.id, process.env);
      const changed = [...Object.keys(edited), ...(after.status === issue.status ? [] : ['status'])];
      return {
        ...issueOutcome(after, [
          changed.length === 0 ? 'Nothing changed.' : `changed: ${changed.join(', ')}`,
          ...says,
        ]),
        data: { ...after, changed },
      };
    }),
});

/** Uses the command for the new status, with its checks and history. */
function move(db: Database, issue: Issue, to: IssueState, actor: Actor, now: number): void {
  switch (to) {
    case 'in_progress':
      claimIssue(db, issue.id, actor, now);
      break;
    case 'blocked':
      blockIssue(db, issue.id, undefined, undefined, actor, now);
      break;
    case 'pending':
      releaseIssue(db, issue.id, actor, now);
      break;
    case 'completed':
    case 'cancelled':
      closeIssue(db, issue.id, to, actor, now);
      break;
  }
}
