import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EXIT, LoomError } from '../errors.js';
import { ingestOne } from '../ingest/one.js';
import { type ResultReport, recordResult } from '../ingest/result.js';
import { ingest as run } from '../ingest/run.js';
import { findTranscripts } from '../ingest/sources.js';
import { formatMicros } from '../money.js';
import type { Outcome } from '../output.js';
import { loadPricer } from '../prices/pricer.js';
import { findLoomDir } from '../store/folder.js';
import { machineFolder } from './all-projects.js';
import { command, type GlobalArgs, withLoom } from './spec.js';

export const ingest = command({
  builder: (yargs) =>
    yargs
      .option('all-projects', {
        type: 'boolean',
        default: false,
        describe: 'Also sessions of other folders; needs no project',
      })
      .option('transcript', { type: 'string', describe: 'Only this transcript, and those of its subagents' })
      .option('result', {
        type: 'string',
        describe: 'A result of `claude -p --output-format json` instead: a file, or - for stdin',
      }),
  run: (args) =>
    withLoom(
      withFolder(args),
      async (db, loomDir) => {
        if (args.result !== undefined) {
          return resultOutcome(
            recordResult(db, readText(args.result, args.cwd), {
              cwd: args.cwd,
              env: process.env,
              now: Date.now(),
            }),
          );
        }
        if (args.transcript !== undefined) {
          const read = await ingestOne(db, loomDir, resolve(args.cwd, args.transcript));
          return {
            data: read ?? null,
            text: read ? `${read.calls} new calls.` : 'Another ingest is running.',
          };
        }
        const { files, unread } = findTranscripts(process.env);
        const read = run(db, {
          loomDir,
          files,
          pricer: await loadPricer(loomDir),
          now: Date.now(),
          allProjects: args.allProjects,
        });
        const report = { ...read, skipped: [...unread, ...read.skipped] };
        const lines = [
          `${report.calls} new calls from ${report.read} of ${report.files} transcripts.`,
          ...(report.repriced > 0 ? [`${report.repriced} calls were priced again.`] : []),
          ...(report.unpriced > 0
            ? [
                `${report.unpriced} calls have no known price: ${modelsText(report.unpricedModels)}. Put it into .loom/prices.json, such as { "${report.unpricedModels[0]?.model}": { "input": 3, "output": 15 } }.`,
              ]
            : []),
          ...(report.lowerBounds > 0
            ? [`${report.lowerBounds} calls may have cost more than this; \`lm audit\` shows why.`]
            : []),
          ...(report.leftOut.gone > 0
            ? [
                `${report.leftOut.gone} transcripts of a removed folder were skipped (--all-projects reads them).`,
              ]
            : []),
          ...(report.leftOut.foreign > 0
            ? [
                `${report.leftOut.foreign} transcripts of other folders were skipped (--all-projects reads them).`,
              ]
            : []),
          ...(report.badLines > 0 ? [`${report.badLines} lines could not be read and were skipped.`] : []),
          ...report.skipped.map(({ path, reason }) => `skipped ${path}: ${reason}`),
        ];
        return { data: report, text: lines.join('\n') };
      },
      { durability: 'fast' },
    ),
});

/** `--all-projects` works without a project, and then uses the Loom of this machine. */
function withFolder<T extends GlobalArgs & { readonly allProjects: boolean }>(args: T): T {
  if (!args.allProjects || findLoomDir(args.cwd)) {
    return args;
  }
  const cwd = machineFolder(process.env);
  mkdirSync(join(cwd, '.loom'), { recursive: true });
  return { ...args, cwd };
}

const MODELS_NAMED = 8;

function modelsText(models: readonly { model: string; calls: number }[]): string {
  const named = models.slice(0, MODELS_NAMED).map(({ model, calls }) => `${model} (${calls})`);
  const more = models.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more models` : ''}`;
}

function readText(file: string, cwd: string): string {
  try {
    return readFileSync(file === '-' ? 0 : resolve(cwd, file), 'utf8');
  } catch (error) {
    throw new LoomError(
      `${file} can't be read: ${(error as Error).message}`,
      'Name a file, or - for stdin.',
      EXIT.notFound,
    );
  }
}

function resultOutcome(report: ResultReport): Outcome {
  return {
    data: report,
    text: `${report.session_id}: the agent has reported ${formatMicros(report.reported_cost_micros)}; ${
      report.recorded
        ? report.calls > 0
          ? `${report.calls} calls recorded from it`
          : 'its calls are already recorded'
        : 'this result is already recorded'
    }.`,
  };
}
