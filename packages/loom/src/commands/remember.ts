import {
  forget as forgetMemory,
  MEMORY_KINDS,
  type Memory,
  recall as recallMemories,
  remember as rememberText,
} from '../agents/memory.js';
import { currentSession } from '../sessions/current.js';
import { AS, actorOf } from './issue-text.js';
import { readCount } from './option-checks.js';
import { command, withLoom, withLoomToRead } from './spec.js';
import { readText } from './stdin.js';

const KINDS = MEMORY_KINDS.filter((kind) => kind !== 'beads');
const line = ({ id, kind, text, issue_id }: Memory) =>
  `${id}  ${kind.padEnd(10)}  ${text.replaceAll(/\s+/g, ' ')}${issue_id ? `  [${issue_id}]` : ''}`;

export const remember = command({
  builder: (yargs) =>
    yargs
      .positional('text', { type: 'string', demandOption: true, describe: 'A short note; - reads stdin' })
      .option('kind', { alias: 'k', choices: KINDS, default: 'note' as const, describe: 'What it is' })
      .option('issue', { type: 'string', describe: 'Only for this issue; "current" for the session’s' })
      .option('as', AS),
  run: (args) =>
    withLoom(args, (db) => {
      const issue =
        args.issue === 'current' ? (currentSession(db, args.cwd)?.issue_id ?? undefined) : args.issue;
      const saved = rememberText(db, readText(args.text), args.kind, issue, actorOf(db, args), Date.now());
      return { data: saved, text: line(saved) };
    }),
});

export const recall = command({
  builder: (yargs) =>
    yargs
      .positional('words', {
        type: 'string',
        array: true,
        describe: 'Words to find (default: all notes)',
      })
      .option('kind', { alias: 'k', choices: MEMORY_KINDS, describe: 'Only this kind' })
      .option('issue', { type: 'string', describe: 'Only for this issue' })
      .option('limit', { type: 'number', default: 20, describe: 'Maximum number' }),
  run: (args) =>
    withLoomToRead(args, (db) => {
      const words = [args.words ?? []].flat().flatMap((text) => text.split(/\s+/).filter(Boolean));
      const { found, total } = recallMemories(db, words, {
        kind: args.kind,
        issue: args.issue,
        limit: readCount('limit', args.limit),
      });
      const more = total - found.length;
      return {
        data: found,
        text:
          found.length === 0
            ? 'No notes. `lm remember "…"` saves one.'
            : [...found.map(line), ...(more > 0 ? [`${more} more: --limit ${total}`] : [])].join('\n'),
      };
    }),
});

export const forget = command({
  builder: (yargs) =>
    yargs.positional('id', { type: 'string', demandOption: true, describe: 'Note, such as mem-3f9a2c1b' }),
  run: (args) =>
    withLoom(args, (db) => {
      const removed = forgetMemory(db, args.id);
      return { data: removed, text: `Forgotten: ${removed.text}` };
    }),
});
