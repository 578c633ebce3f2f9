import { budgetStatus } from '../budgets/status.js';
import { minute } from '../cost/days.js';
import { openBlockers } from '../issues/dependencies.js';
import type { Issue } from '../issues/issue.js';
import { findIssue, readyIssues } from '../issues/store.js';
import { formatMicros } from '../money.js';
import { type Checkpoint, lastCheckpoint } from '../sessions/checkpoints.js';
import type { Session } from '../sessions/session.js';
import type { Database } from '../store/database.js';
import { type Memory, recall } from './memory.js';

export interface Primer {
  readonly issue: Issue | undefined;
  readonly blockers: readonly string[];
  readonly checkpoint: Checkpoint | undefined;
  readonly memories: readonly Memory[];
  readonly budgets: readonly string[];
  readonly ready: readonly Issue[];
  readonly text: string;
}

/**
 * About 1,700 tokens of four characters. The text that an agent reads at each start stays below 2,000 tokens.
 */
const MAX_CHARACTERS = 6800;
const MAX_TEXT = 900;
const MAX_CONTEXT = 1200;
const MEMORIES = 12;

/**
 * Context for an agent at its start and after compaction. `session` is the agent's own session, if known.
 * Without it, the text has the results of the last session on the issue.
 */
export function primer(
  db: Database,
  { session, issueId, now }: { session?: Session | undefined; issueId?: string | undefined; now: number },
): Primer {
  const issue = findIssue(db, issueId ?? session?.issue_id ?? '');
  const blockers = issue ? openBlockers(db, issue.id) : [];
  const checkpoint = (session && lastCheckpoint(db, session.id)) ?? (issue && lastOfIssue(db, issue.id));
  const memories = notes(db, issue?.id);
  const budgets = session
    ? budgetStatus(db, now, session.id).map(
        ({ scope, limit_micros, spent_micros, unpriced_calls, stop }) =>
          `${scope}: ${formatMicros(Math.max(0, limit_micros - spent_micros))} of ${formatMicros(limit_micros)} left${unpriced_calls > 0 ? ` at most (${unpriced_calls} calls have no price)` : ''}${stop ? '; at 100 % the agent is stopped' : ''}`,
      )
    : [];
  const ready = issue ? [] : readyIssues(db, 5, now);
  const sections = [
    issueSection(issue, blockers),
    checkpointSection(checkpoint),
    budgets.length > 0 ? ['Budget', ...budgets.map((line) => `- ${line}`)] : [],
    memories.length > 0
      ? ['Notes (lm recall finds more)', ...memories.map(({ kind, text }) => `- ${kind}: ${cut(text, 300)}`)]
      : [],
    ready.length > 0
      ? ['Ready issues', ...ready.map(({ id, priority, title }) => `- ${id} P${priority} ${cut(title, 100)}`)]
      : [],
  ].filter((section) => section.length > 0);
  return {
    issue,
    blockers,
    checkpoint,
    memories,
    budgets,
    ready,
    text:
      sections.length === 0
        ? ''
        : sectionsThatFit([
            ['Loom stores the issues, checkpoints and cost of this project (command: lm).'],
            ...sections,
            HOW,
          ]),
  };
}

const HOW = [
  'Commands',
  '- lm claim <id> before work, lm done <id> --evidence "…" after it',
  '- lm checkpoint "state of the work" at each milestone, so that it is not lost in a crash or compaction',
  '- lm create "…" --discovered-from <id> for work that you discover',
  '- lm remember "…" --kind decision for information that the next session needs',
];

function issueSection(issue: Issue | undefined, blockers: readonly string[]): string[] {
  return issue
    ? [
        `Issue ${issue.id}: ${cut(issue.title, 200)} (P${issue.priority}, ${issue.status})`,
        ...(issue.description ? [cut(issue.description, MAX_TEXT)] : []),
        ...(issue.design ? [`Design: ${cut(issue.design, MAX_TEXT)}`] : []),
        ...(issue.acceptance ? [`Done when: ${cut(issue.acceptance, MAX_TEXT)}`] : []),
        ...(blockers.length > 0 ? [`Waits for: ${blockers.slice(0, 10).join(', ')}`] : []),
      ]
    : [];
}

function checkpointSection(checkpoint: Checkpoint | undefined): string[] {
  if (!checkpoint) {
    return [];
  }
  const context = JSON.stringify(checkpoint.context);
  const commit = checkpoint.git_commit ? `, commit ${checkpoint.git_commit.slice(0, 8)}` : '';
  return [
    `Last checkpoint (${minute(checkpoint.at)}${commit})`,
    cut(checkpoint.summary, MAX_TEXT),
    ...(context === '{}' ? [] : [cut(context, MAX_CONTEXT)]),
  ];
}

/** Notes of the issue first, then decisions, then the latest. */
function notes(db: Database, issueId: string | undefined): Memory[] {
  const { found } = recall(db, [], { limit: 200 });
  const rank = ({ issue_id, kind }: Memory) =>
    issue_id !== null && issue_id === issueId ? 0 : kind === 'decision' ? 1 : 2;
  return found
    .filter(({ issue_id }) => issue_id === null || issue_id === issueId)
    .sort((a, b) => rank(a) - rank(b) || b.at - a.at)
    .slice(0, MEMORIES);
}

function lastOfIssue(db: Database, issueId: string): Checkpoint | undefined {
  const row = db.get<{ session_id: string }>(
    `SELECT k.session_id FROM checkpoints k WHERE k.session_id IN (
       SELECT id FROM sessions WHERE issue_id = ?1 UNION SELECT session_id FROM attributions WHERE issue_id = ?1)
     ORDER BY k.at DESC LIMIT 1`,
    issueId,
  );
  return row && lastCheckpoint(db, row.session_id);
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}… (${text.length - length} more characters)` : text;
}

/** Adds complete sections while they fit. The first and the last are always included. */
function sectionsThatFit(sections: readonly (readonly string[])[]): string {
  const texts = sections.map((section) => section.join('\n'));
  const last = texts.at(-1) ?? '';
  let text = texts[0] ?? '';
  for (const next of texts.slice(1, -1)) {
    const room = MAX_CHARACTERS - text.length - last.length - 4;
    text += room > 200 ? `\n\n${cut(next, room)}` : '';
  }
  return `${text}\n\n${last}`;
}
