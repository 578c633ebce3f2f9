/** The fields of an agent's hook input that we use. */
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

/** An event and its context. If the database can't be written, it is spooled unchanged. */
export interface ReceivedEvent {
  readonly at: number;
  readonly process: { readonly pid: number; readonly started: string } | null;
  readonly issue: string | null;
  readonly event: HookEvent;
}
