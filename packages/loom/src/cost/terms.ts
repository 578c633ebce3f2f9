import { issueAt } from '../sessions/attribution.js';
import type { Database } from '../store/database.js';

/** What a call is counted under that has no term of the dimension. */
export const NO_TERM = 'no term';

/**
 * SQL for the Atlas term of a call or tool call `c`: its own, else its session's, else that of the issue that was
 * worked on. Of these only what has any term of the dimension is looked at, since each look is one for every call.
 */
export function termOf(
  db: Database,
  entity: 'llm_call' | 'tool_call',
  parameter: string,
  dimension: string,
): string {
  const issue = entity === 'llm_call' ? 'c.issue_id' : issueAt('c.session_id', 'c.started_at');
  const places = [
    { of: entity, id: 'c.id' },
    { of: 'session', id: 'c.session_id' },
    { of: 'issue', id: issue },
  ].filter(({ of }) => db.get('SELECT 1 FROM atlas_tags WHERE entity = ? AND dimension = ?', of, dimension));
  const terms = places.map(
    ({ of, id }) =>
      `(SELECT term FROM atlas_tags WHERE entity = '${of}' AND entity_id = ${id} AND dimension = ${parameter})`,
  );
  return terms.length === 0 ? `'${NO_TERM}'` : `COALESCE(${terms.join(', ')}, '${NO_TERM}')`;
}
