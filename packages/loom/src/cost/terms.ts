import { issueAt } from '../sessions/issue-at.js';

/** Key for calls without a term of the dimension. */
export const NO_TERM = 'no term';

/** Kinds of entities with a term of the dimension. */
export const TAGGED_ENTITIES = `SELECT e.value AS entity FROM json_each('["llm_call","tool_call","session","issue"]') e
  WHERE EXISTS (SELECT 1 FROM atlas_tags a WHERE a.entity = e.value AND a.dimension = ?)`;

/**
 * SQL for the Atlas term of a call or tool call `c`: its own, then its session's, then its issue's. Only
 * kinds with any term are joined, because each join runs once per call.
 * @param tagged the rows of {@link TAGGED_ENTITIES}
 */
export function termSql(
  entity: 'llm_call' | 'tool_call',
  parameter: string,
  tagged: readonly { readonly entity: string }[],
): string {
  const issue = entity === 'llm_call' ? 'c.issue_id' : issueAt('c.session_id', 'c.started_at');
  const terms = [
    { of: entity, id: 'c.id' },
    { of: 'session', id: 'c.session_id' },
    { of: 'issue', id: issue },
  ]
    .filter(({ of }) => tagged.some((one) => one.entity === of))
    .map(
      ({ of, id }) =>
        `(SELECT term FROM atlas_tags WHERE entity = '${of}' AND entity_id = ${id} AND dimension = ${parameter})`,
    );
  return terms.length === 0 ? `'${NO_TERM}'` : `COALESCE(${terms.join(', ')}, '${NO_TERM}')`;
}
