import { issueLine } from '../issues/issue.js';
import { searchIssues } from '../issues/search.js';
import { readCount } from './option-checks.js';
import { command, withLoom } from './spec.js';

export const search = command({
  builder: (yargs) =>
    yargs
      .positional('words', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'Words that the issue contains',
      })
      .option('open', { type: 'boolean', default: false, describe: 'Only open issues' })
      .option('limit', { type: 'number', default: 20, describe: 'Maximum number' }),
  run: (args) =>
    withLoom(args, (db) => {
      const words = [args.words].flat().join(' ');
      const { found, total } = searchIssues(db, words, {
        closed: !args.open,
        limit: readCount('limit', args.limit),
      });
      const more = total - found.length;
      return {
        data: found.map(({ issue, snippet }) => ({ ...issue, snippet })),
        text:
          found.length === 0
            ? `No issue contains ${words}.`
            : [
                ...found.flatMap(({ issue, snippet }) => [issueLine(issue), `    ${snippet}`]),
                ...(more > 0 ? [`${more} more: --limit ${total}`] : []),
              ].join('\n'),
      };
    }),
});
