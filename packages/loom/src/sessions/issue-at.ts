/** SQL for the issue of a session at a time. Both arguments are SQL too. */
export function issueAt(session: string, at: string): string {
  return `(SELECT issue_id FROM attributions WHERE session_id = ${session} AND from_at <= ${at}
    ORDER BY from_at DESC LIMIT 1)`;
}
