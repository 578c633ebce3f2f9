import { LoomError } from '../errors.js';
import { requireIssue } from '../issues/store.js';
import { routeIssue } from '../routing/decide.js';
import type { Database } from '../store/database.js';
import { routeLines } from './route-text.js';

export const ROUTE = {
  type: 'boolean',
  default: false,
  describe: 'Also recommend an agent and a model, as `lm route` does',
} as const;

/** The recommendation in two lines, or the reason for none. The claim itself succeeds in both cases. */
export async function adviceFor(
  db: Database,
  loomDir: string,
  id: string,
  sessionId: string | null,
  now: number,
): Promise<string[]> {
  const issue = requireIssue(db, id);
  const question = { issue, strategy: 'balanced' as const, among: [], limits: {}, explore: 0, now };
  try {
    const { decision, recommendation } = await routeIssue(db, loomDir, question, sessionId);
    return routeLines(decision.id, recommendation);
  } catch (error) {
    if (error instanceof LoomError) {
      return [`No recommendation: ${error.message}`];
    }
    throw error;
  }
}
