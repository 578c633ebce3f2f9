import { LINK_KINDS, linkIssues, unlinkIssues } from '../issues/dependencies.js';
import { AS, actorOf } from './issue-text.js';
import { command, withLoom } from './spec.js';

export const link = command({
  builder: (yargs) =>
    yargs
      .positional('id', { type: 'string', demandOption: true, describe: 'Issue' })
      .positional('other', { type: 'string', demandOption: true, describe: 'Issue that it is linked to' })
      .option('kind', {
        alias: 'k',
        choices: LINK_KINDS,
        default: 'related' as const,
        describe:
          'Kind of link. blocks: the first waits for the second; parent: the first is a part of the second',
      })
      .option('as', AS),
  run: (args) =>
    withLoom(args, (db) => {
      linkIssues(db, args.id, args.other, args.kind, actorOf(db, args), Date.now());
      return {
        data: { id: args.id, other: args.other, kind: args.kind },
        text: `${args.id} ${args.kind} ${args.other}`,
      };
    }),
});

export const unlink = command({
  builder: (yargs) =>
    yargs
      .positional('id', { type: 'string', demandOption: true, describe: 'Issue' })
      .positional('other', { type: 'string', demandOption: true, describe: 'Issue that it is linked to' })
      .option('as', AS),
  run: (args) =>
    withLoom(args, (db) => {
      const removed = unlinkIssues(db, args.id, args.other, actorOf(db, args), Date.now());
      return {
        data: { id: args.id, other: args.other, removed },
        text: removed ? `${args.id} is no longer linked to ${args.other}.` : 'They were not linked.',
      };
    }),
});
