/** Fields that an agent passes to its hooks on stdin, as far as they are used. */
export interface HookEvent {
  readonly hook_event_name: string;
  readonly session_id: string;
  readonly transcript_path?: string;
  readonly cwd?: string;
  readonly prompt_id?: string;
  readonly tool_name?: string;
  readonly tool_use_id?: string;
  readonly source?: string;
  readonly reason?: string;
}

/** An event and what was around it; spooled as it is when the database can't be written. */
export interface ReceivedEvent {
  readonly at: number;
  readonly process: { readonly pid: number; readonly started: string } | null;
  readonly issue: string | null;
  readonly event: HookEvent;
}
