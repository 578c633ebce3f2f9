import { resolve } from 'node:path';
import { type BeadsReport, importBeads as run } from '../transfer/beads/import.js';
import { command, withLoom } from './spec.js';

export const importBeads = command({
  builder: (yargs) =>
    yargs.positional('file', {
      type: 'string',
      default: '.beads/issues.jsonl',
      describe: 'Beads’ JSONL export',
    }),
  run: (args) =>
    withLoom(args, (db) => {
      const report = run(db, resolve(args.cwd, args.file), Date.now());
      return { data: { ...report, badLines: report.unreadable.length }, text: beadsText(report) };
    }),
});

const MAX_LINES = 10;

function beadsText(report: BeadsReport): string {
  const { issues, changed, present, links, comments, memories, unreadable, notes } = report;
  const more = unreadable.length - MAX_LINES;
  return [
    `${issues} issues are new, ${changed} changed, ${present} are unchanged; ${links} links, ${comments} comments and ${memories} memories are new.`,
    ...notes,
    ...(unreadable.length > 0
      ? [
          `${unreadable.length} lines could not be read: ${unreadable.slice(0, MAX_LINES).join(', ')}${more > 0 ? ` and ${more} more` : ''}.`,
        ]
      : []),
  ].join('\n');
}
