import type { BudgetStatus } from '../budgets/status.js';
import type { Judgement } from '../routing/judge.js';
import type { RoutingGroup } from '../routing/report.js';
import type { Rule } from '../rules/store.js';
import type { Session } from '../sessions/session.js';
import type { Agents } from './contract/agents.js';
import type { Range } from './contract/range.js';
import type { SavedView, SavedViewChange } from './contract/saved-views.js';

type Later<T> = T | Promise<T>;

/**
 * Sources of views other than tables: a laptop has processes, files and an outbox, a team's server has
 * others.
 */
export interface Home {
  /** Sessions that are marked as running while their agent is gone. */
  deadSessions(now: number): Later<readonly Session[]>;
  /** The budgets that touch a session; with none named, all that are about something open. */
  budgets(now: number, sessionId?: string): Later<readonly BudgetStatus[]>;
  /** Quality of the decisions in a period, as known at `now` (Unix ms). */
  routing(range: Range, now: number): Later<{ judged: Judgement; groups: readonly RoutingGroup[] }>;
  /** Records that go to Langfuse. */
  sync(): Later<Agents['sync']>;
  /** A trace's id on Langfuse. */
  forwardedId(traceId: string): Later<string>;
  /** Throws a LoomError where they can't be read; the next two as well. */
  rules(): Later<readonly Rule[]>;
  savedViews(): Later<readonly SavedView[]>;
  changeSavedViews(change: SavedViewChange): Later<void>;
}
