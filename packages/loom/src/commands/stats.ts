import { type IssueStats, issueStats } from '../issues/stats.js';
import { thousands } from '../screen.js';
import { command, withLoomToRead } from './spec.js';

export const stats = command({
  builder: (yargs) => yargs,
  run: (args) =>
    withLoomToRead(args, (db) => {
      const found = issueStats(db, Date.now());
      return { data: found, text: statsText(found) };
    }),
});

const DAY_MS = 86_400_000;

function statsText(of: IssueStats): string {
  const list = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${thousands(count)}`)
      .join(', ') || '-';
  const took =
    of.median_to_done_ms === null
      ? 'nothing completed'
      : `${(of.median_to_done_ms / DAY_MS).toFixed(1)} days`;
  return [
    `state           ${list(of.byStatus)}`,
    `ready           ${thousands(of.ready)}${of.overdue > 0 ? `; ${of.overdue} open issues are past their due date` : ''}`,
    `open, priority  ${list(of.byPriority)}`,
    `open, type      ${list(of.byType)}`,
    `in progress     ${list(of.byAssignee)}`,
    `last 7 days     ${of.created_7d} created, ${of.closed_7d} completed`,
    `time to done    ${took} (median, last 90 days)`,
    ...(of.deleted > 0 ? [`deleted         ${of.deleted}`] : []),
  ].join('\n');
}
