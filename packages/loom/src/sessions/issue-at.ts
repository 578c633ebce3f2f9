/** SQL for the issue that a session worked on at a time; both are given as SQL too. */
export function issueAt(session: string, at: string): string {
  return `(SELECT issue_id FROM attributions WHERE session_id = ${session} AND from_at <= ${at}
    ORDER BY from_at DESC LIMIT 1)`;
}
