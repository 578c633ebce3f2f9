import { costOfIssue } from '../cost/issue.js';
import { openBlockers } from '../issues/dependencies.js';
import { issueLine } from '../issues/issue.js';
import { requireIssue } from '../issues/store.js';
import { formatMicros } from '../money.js';
import { minute } from '../output.js';
import { command, withLoomToRead } from './spec.js';

interface EventRow {
  readonly at: number;
  readonly actor: string | null;
  readonly from_status: string | null;
  readonly to_status: string;
  readonly reason: string | null;
  readonly session_id: string | null;
}

export const show = command({
  builder: (yargs) => yargs.positional('id', { type: 'string', demandOption: true, describe: 'Issue' }),
  run: (args) =>
    withLoomToRead(args, (db) => {
      const issue = requireIssue(db, args.id);
      const events = db.all<EventRow>(
        'SELECT at, actor, from_status, to_status, reason, session_id FROM issue_events WHERE issue_id = ? ORDER BY at, id',
        issue.id,
      );
      const blockers = openBlockers(db, issue.id);
      const cost = costOfIssue(db, issue.id);
      const unpriced = cost.unpriced_calls > 0 ? ` and ${cost.unpriced_calls} calls without a price` : '';
      const lines = [
        issueLine(issue),
        ...(issue.description ? ['', issue.description, ''] : []),
        ...(issue.parent_id ? [`part of   ${issue.parent_id}`] : []),
        ...(blockers.length > 0 ? [`waits for ${blockers.join(', ')}`] : []),
        ...(issue.evidence ? [`evidence  ${issue.evidence}`] : []),
        `cost      ${cost.calls === 0 ? 'no calls yet' : `${formatMicros(cost.cost_micros)}${unpriced}, ${cost.tokens} tokens, ${cost.calls} calls, ${cost.sessions} sessions`}`,
        ...events.map(
          (event) =>
            `  ${minute(event.at)}  ${event.to_status.padEnd(11)}  ${event.actor ?? ''}${event.reason ? `  ${event.reason}` : ''}`,
        ),
      ];
      return { data: { ...issue, blockers, cost, events }, text: lines.join('\n') };
    }),
});
