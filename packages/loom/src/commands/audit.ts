import { EXIT } from '../errors.js';
import { type Audit, type AuditRow, audit as run } from '../ingest/audit.js';
import { findTranscripts } from '../ingest/sources.js';
import { formatMicros } from '../money.js';
import { type Outcome, table } from '../output.js';
import { loadPricer } from '../prices/pricer.js';
import { command, withLoom } from './spec.js';

export const audit = command({
  builder: (yargs) =>
    yargs.option('all-projects', {
      type: 'boolean',
      default: false,
      describe: 'Also sessions of other folders',
    }),
  run: (args) =>
    withLoom(args, async (db, loomDir): Promise<Outcome> => {
      const result = run(db, {
        loomDir,
        files: findTranscripts(process.env).files,
        pricer: await loadPricer(loomDir),
        now: Date.now(),
        allProjects: args.allProjects,
      });
      const unexplained = unexplainedIn(result).length;
      return { data: result, text: auditText(result), exitCode: unexplained > 0 ? EXIT.failed : EXIT.ok };
    }),
});

export function unexplainedIn({ differences }: Audit): AuditRow[] {
  return differences.filter(({ reason }) => reason === null);
}

function auditText(result: Audit): string {
  const { differences, lowerBounds, changedAfterSent } = result;
  const rows = differences.map((row) => [
    `${row.session.slice(0, 12)}  ${row.model}`,
    `${row.calls.transcripts} / ${row.calls.recorded}`,
    `${formatMicros(row.cost_micros.transcripts)} / ${formatMicros(row.cost_micros.recorded)}`,
    Object.entries(row.tokens)
      .map(
        ([kind, { transcripts, recorded }]) => `${kind.replace('_tokens', '')} ${transcripts} / ${recorded}`,
      )
      .join(', ') || 'the same tokens',
    row.reason ?? 'NOT EXPLAINED',
  ]);
  const unexplained = unexplainedIn(result).length;
  return [
    ...(rows.length > 0
      ? [table(['session and model', 'calls', 'cost', 'tokens (transcripts / recorded)', 'reason'], rows)]
      : []),
    `${result.compared} sessions and models compared, ${result.calls} calls recorded: ${differences.length} differ, ${unexplained} of them without a reason.`,
    ...(unexplained > 0 ? ['Run `lm ingest` to import new transcripts, then `lm audit` again.'] : []),
    ...lowerBounds.map(({ reason, calls }) => `${calls} calls may have cost more than recorded: ${reason}.`),
    ...(changedAfterSent > 0
      ? [
          `${changedAfterSent} calls have changed since they were sent to Langfuse, which keeps the older figures.`,
        ]
      : []),
  ].join('\n');
}
