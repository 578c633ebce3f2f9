import { readFileSync } from 'node:fs';
import { minute } from '../cost/days.js';
import { EXIT, LoomError } from '../errors.js';
import { addCheckpoint, type Checkpoint } from '../sessions/checkpoints.js';
import { sessionOrCurrent } from '../sessions/current.js';
import { command, withLoom } from './spec.js';

export const checkpoint = command({
  builder: (yargs) =>
    yargs
      .positional('summary', { type: 'string', demandOption: true, describe: 'State of the work' })
      .option('context', { type: 'string', describe: 'JSON to store with it, or - to read it from stdin' })
      .option('session', { type: 'string', describe: 'Session (default: the current one)' }),
  run: (args) =>
    withLoom(args, (db) => {
      const session = sessionOrCurrent(db, args.session, args.cwd);
      const added = addCheckpoint(db, session, args.summary, readContext(args.context), Date.now());
      return { data: added, text: checkpointText(added) };
    }),
});

function readContext(text: string | undefined): unknown {
  if (text === undefined) {
    return {};
  }
  try {
    return JSON.parse(text === '-' ? readFileSync(0, 'utf8') : text);
  } catch (error) {
    throw new LoomError(
      `--context is not JSON: ${(error as Error).message}`,
      'Give JSON, such as \'{"next":["run the tests"]}\'.',
      EXIT.usage,
    );
  }
}

export function checkpointText(of: Checkpoint): string {
  const commit = of.git_commit ? `  at ${of.git_commit.slice(0, 8)}` : '';
  const context = JSON.stringify(of.context);
  return `checkpoint ${of.seq}  ${minute(of.at)}${commit}  ${of.summary}${context === '{}' ? '' : `\n  ${context}`}`;
}
