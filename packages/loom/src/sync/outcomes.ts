import { EXIT } from '../errors.js';
import type { Outcome } from '../output.js';
import type { Outbox } from './outbox.js';
import type { SyncReport } from './run.js';
import type { Verification } from './verify.js';

/** Number of names in a text; `--json` has all. */
const NAMED = 5;

export function syncOutcome(report: SyncReport, baseUrl: string, sentBefore: number | null): Outcome {
  const words = [`${report.sent} sent to ${baseUrl}`];
  if (report.found > 0) {
    words.push(`${report.found} had already arrived`);
  }
  const lines = [`${words.join(', ')}.`];
  if (report.dead > 0) {
    lines.push(`Skipped ${report.dead} that can't be sent:`);
    for (const { entity, id, reason } of report.set_aside.slice(0, NAMED)) {
      lines.push(`  ${entity} ${id}: ${reason}`);
    }
    if (report.dead > NAMED) {
      lines.push(`  and ${report.dead - NAMED} more (lm sync --status)`);
    }
  }
  if (sentBefore !== null) {
    lines.push(
      `The keys are different from last time. ${sentBefore} records were sent before, and are not sent again.`,
    );
  }
  if (report.stopped) {
    lines.push(
      `Stopped with ${report.left} left: ${report.stopped}.`,
      'No data is lost. Run it again to continue.',
    );
  }
  return {
    data: { ...report, other_keys: sentBefore !== null },
    text: lines.join('\n'),
    exitCode: report.stopped ? EXIT.remote : EXIT.ok,
  };
}

export function verifyOutcome(found: Verification, baseUrl: string): Outcome {
  const { asked, same, missing, different, stopped } = found;
  const lines = [
    asked === 0 && stopped === null
      ? 'Nothing has been sent yet, so nothing was read back.'
      : `Read ${asked} of the sent records back from ${baseUrl}: ${same} are the same.`,
    ...(missing.length > 0 ? [`${missing.length} are missing: ${named(missing)}`] : []),
    ...different.slice(0, NAMED).map((text) => `Differs: ${text}`),
    ...(stopped === null ? [] : [`Ended early: ${stopped}.`]),
    ...(asked > 0 ? ['Scores are not read back.'] : []),
  ];
  const isGood = missing.length === 0 && different.length === 0 && stopped === null;
  return { data: { ...found }, text: lines.join('\n'), exitCode: isGood ? EXIT.ok : EXIT.remote };
}

function named(names: readonly string[]): string {
  const more = names.length - NAMED;
  return `${names.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

export function statusOutcome(outbox: Outbox, baseUrl: string | null): Outcome {
  const status = outbox.status();
  const lines = [
    `queued   ${status.queued}`,
    `sending  ${status.sending}${status.sending > 0 ? '  (outcome unknown until looked up)' : ''}`,
    `sent     ${status.sent}`,
    ...(status.skipped > 0 ? [`skipped  ${status.skipped}`] : []),
    `dead     ${status.dead}`,
    ...status.dead_reasons.map(
      ({ reason, count, example }) => `  ${count} × ${reason ?? 'no reason given'} (${example})`,
    ),
    `last     ${status.last_sent_at === null ? 'never' : new Date(status.last_sent_at).toISOString()}`,
    `to       ${baseUrl ?? 'nowhere: the Langfuse keys or their address are missing'}`,
  ];
  return { data: { ...status, base_url: baseUrl }, text: lines.join('\n') };
}

export function dryRunOutcome(outbox: Outbox, baseUrl: string | null): Outcome {
  const queued = outbox.queuedByEntity();
  const total = queued.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) {
    return { data: { total, queued, base_url: baseUrl }, text: 'Nothing is queued.' };
  }
  const lines = [
    baseUrl === null
      ? `${total} records are queued; without Langfuse keys they stay here:`
      : `${total} records would go to ${baseUrl}:`,
    ...queued.map(({ entity, count }) => `  ${String(count).padStart(7)}  ${entity}`),
  ];
  return { data: { total, queued, base_url: baseUrl }, text: lines.join('\n') };
}
