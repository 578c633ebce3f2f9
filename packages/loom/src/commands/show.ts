import { lostEdits } from '../changes/apply.js';
import { timeOfStamp } from '../changes/clock.js';
import { minute } from '../cost/days.js';
import { costOfIssue } from '../cost/issue.js';
import { commentsOf } from '../issues/comments.js';
import { linksOf, openBlockers } from '../issues/dependencies.js';
import { type Issue, issueLine } from '../issues/issue.js';
import { placeText } from '../issues/place.js';
import { requireIssue } from '../issues/store.js';
import { formatMicros } from '../money.js';
import type { Database } from '../store/database.js';
import { command, withLoomToRead } from './spec.js';

interface EventRow {
  readonly at: number;
  readonly kind: string;
  readonly actor: string | null;
  readonly from_status: string | null;
  readonly to_status: string;
  readonly reason: string | null;
  readonly session_id: string | null;
  readonly detail: string | null;
}

export const show = command({
  builder: (yargs) =>
    yargs.positional('id', { type: 'string', demandOption: true, describe: 'Issue' }).option('full', {
      type: 'boolean',
      default: false,
      describe: 'Show the history with the replaced texts',
    }),
  run: (args) =>
    withLoomToRead(args, (db) => {
      const issue = requireIssue(db, args.id);
      const events = db
        .all<EventRow>(
          `SELECT at, kind, actor, from_status, to_status, reason, session_id, detail FROM issue_events
           WHERE issue_id = ? ORDER BY at, id`,
          issue.id,
        )
        .map(({ detail, ...event }) => ({ ...event, detail: detail === null ? null : JSON.parse(detail) }));
      const blockers = openBlockers(db, issue.id);
      const links = linksOf(db, issue.id);
      const comments = commentsOf(db, issue.id);
      const cost = costOfIssue(db, issue.id);
      const lost = lostTexts(db, issue.id);
      const extra = JSON.parse(
        db.get<{ extra: string }>('SELECT extra FROM issues WHERE id = ?', issue.id)?.extra ?? '{}',
      );
      const parts = db
        .all<{ id: string }>(
          'SELECT id FROM issues WHERE parent_id = ? AND deleted_at IS NULL ORDER BY id',
          issue.id,
        )
        .map(({ id }) => id);
      const lines = [
        issueLine(issue),
        ...texts(issue),
        ...facts(issue, blockers),
        ...(parts.length > 0 ? [`parts     ${parts.join(', ')}`] : []),
        ...links.to
          .filter(({ id }) => !blockers.includes(id))
          .map(({ id, type }) => `${type === 'blocks' ? 'after' : type.padEnd(9)} ${id}`),
        ...links.from.map(({ id, type }) => `${type === 'blocks' ? 'blocks   ' : `${type} of`} ${id}`),
        `cost      ${costText(cost)}`,
        ...comments.flatMap(({ at, author, text }) => [
          '',
          `${minute(at)}  ${author ?? 'someone'} wrote`,
          ...text.split('\n').map((line) => `    ${line}`),
        ]),
        ...(comments.length > 0 ? [''] : []),
        ...events.flatMap((event) => [
          `  ${minute(event.at)}  ${(event.kind === 'edited' ? 'edited' : event.to_status).padEnd(11)}  ${event.actor ?? ''}${event.reason ? `  ${event.reason}` : ''}`,
          ...(args.full && event.detail ? detailLines(event.detail) : []),
        ]),
        ...lost.map(
          ({ at, actor, field, value }) =>
            `  ${minute(at)}  lost edit    ${actor}  ${field}: ${args.full ? value : shortened(value)}`,
        ),
      ];
      return {
        data: { ...issue, blockers, links, parts, comments, cost, events, lost, extra },
        text: lines.join('\n'),
      };
    }),
});

function texts(issue: Issue): string[] {
  const { description, design, acceptance, notes } = issue;
  const sections = [
    ...(description ? [['', description]] : []),
    ...(design ? [['design', design]] : []),
    ...(acceptance ? [['acceptance', acceptance]] : []),
    ...(notes ? [['notes', notes]] : []),
  ];
  return sections.length === 0
    ? []
    : [...sections.flatMap(([name, text]) => ['', ...(name ? [`${name}:`] : []), text ?? '']), ''];
}

function facts(issue: Issue, blockers: readonly string[]): string[] {
  const day = (at: number) => minute(at).slice(0, 10);
  const place = issue.assignee ? placeText(issue.holder) : '';
  return [
    ...(issue.deleted_at === null ? [] : [`deleted   ${minute(issue.deleted_at)}`]),
    ...(issue.type === 'task' ? [] : [`type      ${issue.type}`]),
    ...(issue.assignee ? [`assignee  ${issue.assignee}${place ? ` (${place})` : ''}`] : []),
    ...(issue.due_at === null ? [] : [`due       ${day(issue.due_at)}`]),
    ...(issue.defer_until === null ? [] : [`deferred  until ${day(issue.defer_until)}`]),
    ...(issue.parent_id ? [`part of   ${issue.parent_id}`] : []),
    ...(blockers.length > 0
      ? [
          `waits for ${blockers.map((id) => (issue.waits_for.includes(id) ? `${id} (not here)` : id)).join(', ')}`,
        ]
      : []),
    ...(issue.evidence ? [`evidence  ${issue.evidence}`] : []),
  ];
}

function costText(cost: ReturnType<typeof costOfIssue>): string {
  const unpriced = cost.unpriced_calls > 0 ? ` and ${cost.unpriced_calls} calls without a price` : '';
  return cost.calls === 0
    ? 'no calls yet'
    : `${formatMicros(cost.cost_micros)}${unpriced}, ${cost.tokens} tokens, ${cost.calls} calls, ${cost.sessions} sessions`;
}

/** Edits that conflicted with a later edit on another machine. Both versions are kept. */
function lostTexts(db: Database, id: string): { at: number; actor: string; field: string; value: string }[] {
  return lostEdits(db, 'issues', [id])
    .filter(({ change }) => !['updated_at', 'closed_at', 'holder', 'extra'].includes(change.field))
    .map(({ change }) => ({
      at: timeOfStamp(change.stamp),
      actor: change.actor ?? 'someone',
      field: change.field,
      value: String(JSON.parse(change.value ?? 'null') ?? 'nothing'),
    }));
}

function detailLines(detail: Readonly<Record<string, readonly [unknown, unknown]>>): string[] {
  return Object.entries(detail).flatMap(([field, [was, is]]) =>
    [`${field} was: ${was ?? 'nothing'}`, `${field} is: ${is ?? 'nothing'}`].map(
      (line) => `      ${line.replaceAll('\n', '\n      ')}`,
    ),
  );
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 60)}… (lm show --full)` : line;
}
