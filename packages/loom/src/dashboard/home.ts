import type { BudgetStatus } from '../budgets/status.js';
import type { Judgement } from '../routing/judge.js';
import type { RoutingGroup } from '../routing/report.js';
import type { Rule } from '../rules/store.js';
import type { Session } from '../sessions/session.js';
import type { Agents } from './contract/agents.js';
import type { Range } from './contract/range.js';
import type { SavedView, SavedViewChange } from './contract/saved-views.js';

type MaybePromise<T> = T | Promise<T>;

/**
 * Data of views that is not in the tables. A laptop has processes, files and an outbox; a team's server has
 * other sources.
 */
export interface Home {
  /** Sessions that are marked as running but have no agent any more. */
  deadSessions(now: number): MaybePromise<readonly Session[]>;
  /** The budgets that apply to a session; without `sessionId`, all budgets of open work. */
  budgets(now: number, sessionId?: string): MaybePromise<readonly BudgetStatus[]>;
  /** Quality of the decisions in a period. Outcomes after `now` (Unix ms) do not count. */
  routing(range: Range, now: number): MaybePromise<{ judged: Judgement; groups: readonly RoutingGroup[] }>;
  /** Records to send to Langfuse. */
  sync(): MaybePromise<Agents['sync']>;
  /** A trace's id on Langfuse. */
  forwardedId(traceId: string): MaybePromise<string>;
  /** This and the next two throw a LoomError if the file can't be read. */
  rules(): MaybePromise<readonly Rule[]>;
  savedViews(): MaybePromise<readonly SavedView[]>;
  changeSavedViews(change: SavedViewChange): MaybePromise<void>;
}
