import { requireIssue } from '../issues/store.js';
import { issueTree, type TreeNode, treeLines } from '../issues/tree.js';
import { command, withLoomToRead } from './spec.js';

export const tree = command({
  builder: (yargs) =>
    yargs
      .positional('id', { type: 'string', describe: 'Issue (default: all open ones)' })
      .option('all', { type: 'boolean', default: false, describe: 'Also closed ones' }),
  run: (args) =>
    withLoomToRead(args, (db) => {
      const root = args.id === undefined ? undefined : requireIssue(db, args.id).id;
      const nodes = issueTree(db, root, args.all);
      return {
        data: nodes.map(plain),
        text: treeLines(nodes).join('\n') || 'No open issues. `lm create "What to do"` adds one.',
      };
    }),
});

function plain({ issue, as, below, repeated, cut }: TreeNode): object {
  return {
    id: issue.id,
    title: issue.title,
    status: issue.status,
    as,
    ...(repeated ? { repeated } : {}),
    ...(cut ? { cut } : {}),
    below: below.map(plain),
  };
}
