import type { Actor, Issue } from '../issues/issue.js';
import { issueLine } from '../issues/issue.js';
import type { Outcome } from '../output.js';
import { paint, thousands } from '../screen.js';
import { attribute } from '../sessions/attribution.js';
import { currentActor } from '../sessions/current.js';
import type { Database } from '../store/database.js';
import { issueTable } from './issue-table.js';

/** The actor, and the issue after the command. */
export function actorOf(db: Database, args: { cwd: string; as?: string | undefined }): Actor {
  return currentActor(db, args.cwd, args.as);
}

export function issueOutcome(issue: Issue, more: readonly string[] = []): Outcome {
  return { data: issue, text: [issueLine(issue), ...more].join('\n') };
}

/** A closed issue, and the issues that it unblocked. */
export function closedOutcome(
  { issue, freed }: { issue: Issue; freed: readonly Issue[] },
  more: readonly string[] = [],
): Outcome {
  const says = freed.map((next) => `${next.id} is ready now: ${next.title}`);
  return { ...issueOutcome(issue, [...says, ...more]), data: { issue, freed } };
}

/** `total` is the number without the limit. */
export function listOutcome(issues: readonly Issue[], total: number, whenEmpty: string): Outcome {
  const more = total - issues.length;
  const lines = [...issues.map(issueLine), ...(more > 0 ? [`${more} more: --limit ${total}`] : [])];
  return {
    data: issues,
    text: issues.length > 0 ? lines.join('\n') : whenEmpty,
    ...(issues.length > 0
      ? {
          screen: (screen) =>
            [
              ...issueTable(screen, issues),
              ...(more > 0 ? [paint(screen, 'dim', `${thousands(more)} more: --limit ${total}`)] : []),
            ].join('\n'),
        }
      : {}),
  };
}

/** Calls of the actor's session count for this issue from now on. */
export function attributeClaim(db: Database, actor: Actor, issueId: string, now: number): void {
  if (actor.sessionId) {
    attribute(db, actor.sessionId, issueId, 'claim', now);
  }
}

export const AS = {
  type: 'string',
  describe: 'Who does this (default: LOOM_AGENT, the session, or you)',
} as const;
