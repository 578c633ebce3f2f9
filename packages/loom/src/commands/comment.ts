import { addComment } from '../issues/comments.js';
import { AS, actorOf } from './issue-text.js';
import { command, withLoom } from './spec.js';
import { readText } from './stdin.js';

export const comment = command({
  builder: (yargs) =>
    yargs
      .positional('id', { type: 'string', demandOption: true, describe: 'Issue' })
      .positional('text', { type: 'string', demandOption: true, describe: 'Comment; - reads stdin' })
      .option('as', AS),
  run: (args) =>
    withLoom(args, (db) => {
      const added = addComment(db, args.id, readText(args.text), actorOf(db, args), Date.now());
      return { data: added, text: `Comment added to ${added.issue_id}.` };
    }),
});
