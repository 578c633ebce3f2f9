import type { Database } from '../../../packages/loom/src/store/database.js';

/** Markup that leaves an attribute, a script and a comment, and a URL with code. */
export const HOSTILE =
  'javascript:window.hacked=1//"\'><img src=x onerror="window.hacked=1"></script><script>window.hacked=1</script><!--';

/** Every column with text from outside that the page shows. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  traces: ['name', 'server', 'tool', 'status_message', 'session_id', 'user_id', 'environment', 'release'],
  observations: ['name', 'model', 'status_message', 'type'],
  scores: ['name', 'text_value', 'comment'],
  platform_spans: ['name', 'service', 'outcome', 'error'],
  sessions: ['agent', 'title', 'git_branch', 'termination_reason'],
  issues: ['title', 'assignee'],
  iterations: ['outcome'],
  llm_calls: ['model'],
  tool_calls: ['name'],
  checkpoints: ['summary', 'git_commit'],
  routing_decisions: ['strategy', 'chosen_agent', 'chosen_model', 'reason'],
};

/** Columns of a key. Only one row of each gets the text, because keys must differ. */
const KEYS: Readonly<Record<string, string>> = {
  files_modified: 'path',
  trace_atlas: 'term',
  atlas_tags: 'term',
};

/** Puts the hostile text into every place that a stranger can write to. */
export function poison(db: Database): void {
  for (const [table, columns] of Object.entries(COLUMNS)) {
    db.run(
      `UPDATE ${table} SET ${columns.map((column) => `${column} = ?`).join(', ')}`,
      ...columns.map(() => HOSTILE),
    );
  }
  for (const [table, column] of Object.entries(KEYS)) {
    db.run(`UPDATE OR IGNORE ${table} SET ${column} = ?`, HOSTILE);
  }
  const json = JSON.stringify({ [HOSTILE]: [HOSTILE, { url: HOSTILE }], __proto__x: HOSTILE });
  db.run('UPDATE observations SET input = ?, output = ?', json, JSON.stringify(HOSTILE));
  db.run(
    `UPDATE observations SET detail = json_set(detail, '$.metadata', json(?), '$.attributes', json(?))`,
    json,
    json,
  );
  db.run(
    'UPDATE platform_spans SET attributes = ?',
    JSON.stringify({ 'url.full': HOSTILE, 'db.query.text': HOSTILE }),
  );
  db.run(`UPDATE traces SET fields = json_set(fields, '$.tags', json(?))`, JSON.stringify([HOSTILE]));
}
