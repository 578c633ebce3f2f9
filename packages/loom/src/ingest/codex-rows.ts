import { countOrZero, isRecord, textOrNull } from '../json-values.js';

/** What a line of a Codex rollout says that matters here. */
export type CodexRow =
  | {
      readonly type: 'session';
      readonly at: number;
      readonly id: string;
      readonly cwd: string | null;
      readonly branch: string | null;
      readonly commit: string | null;
      readonly provider: string | null;
      /** Begun from another session, whose history it repeats first. */
      readonly forked: boolean;
      readonly parentId: string | null;
    }
  | { readonly type: 'model'; readonly at: number; readonly model: string }
  | { readonly type: 'turn-start'; readonly at: number; readonly turnId: string | null }
  | { readonly type: 'turn-end'; readonly at: number; readonly outcome: 'complete' | 'aborted' }
  | {
      readonly type: 'usage';
      readonly at: number;
      readonly total: CodexUsage | null;
      readonly last: CodexUsage | null;
    }
  | { readonly type: 'tool-start'; readonly at: number; readonly id: string; readonly name: string }
  | { readonly type: 'tool-end'; readonly at: number; readonly id: string; readonly ok: boolean };

/** As Codex counts: `input` with the cached ones, `output` with the reasoning. */
export interface CodexUsage {
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  readonly reasoning: number;
}

type Json = Record<string, unknown>;

/** Undefined for lines that say nothing here; throws on a line that is no JSON. */
export function readCodexRow(line: string): CodexRow | undefined {
  const row: unknown = JSON.parse(line);
  if (!isRecord(row) || !isRecord(row.payload)) {
    return undefined;
  }
  const at = Date.parse(textOrNull(row.timestamp) ?? '');
  if (Number.isNaN(at)) {
    return undefined;
  }
  const payload = row.payload;
  switch (row.type) {
    case 'session_meta':
      return readSession(payload, at);
    case 'turn_context':
      return textOrNull(payload.model) ? { type: 'model', at, model: String(payload.model) } : undefined;
    case 'event_msg':
      return readEvent(payload, at);
    case 'response_item':
      return readItem(payload, at);
    default:
      return undefined;
  }
}

function readSession(payload: Json, at: number): CodexRow | undefined {
  const id = textOrNull(payload.id);
  const git = isRecord(payload.git) ? payload.git : {};
  const parentId = textOrNull(payload.forked_from_id) ?? textOrNull(payload.parent_thread_id);
  return id
    ? {
        type: 'session',
        at,
        id,
        cwd: textOrNull(payload.cwd),
        branch: textOrNull(git.branch),
        commit: textOrNull(git.commit_hash),
        provider: textOrNull(payload.model_provider),
        forked: parentId !== null || textOrNull(payload.thread_source) === 'subagent',
        parentId,
      }
    : undefined;
}

function readEvent(payload: Json, at: number): CodexRow | undefined {
  switch (payload.type) {
    case 'task_started':
      return { type: 'turn-start', at, turnId: textOrNull(payload.turn_id) };
    case 'task_complete':
      return { type: 'turn-end', at, outcome: 'complete' };
    case 'turn_aborted':
      return { type: 'turn-end', at, outcome: 'aborted' };
    case 'token_count': {
      const info = isRecord(payload.info) ? payload.info : {};
      const total = readUsage(info.total_token_usage);
      const last = readUsage(info.last_token_usage);
      return total || last ? { type: 'usage', at, total, last } : undefined;
    }
    default:
      return undefined;
  }
}

function readItem(payload: Json, at: number): CodexRow | undefined {
  const id = textOrNull(payload.call_id);
  if (!id) {
    return undefined;
  }
  switch (payload.type) {
    case 'function_call':
    case 'custom_tool_call':
    case 'local_shell_call':
      return { type: 'tool-start', at, id, name: textOrNull(payload.name) ?? String(payload.type) };
    case 'function_call_output':
    case 'custom_tool_call_output':
      return { type: 'tool-end', at, id, ok: exitCode(payload.output) === 0 };
    default:
      return undefined;
  }
}

/** The output is text, and JSON with an exit code for commands. Without one nothing says that it failed. */
function exitCode(output: unknown): number {
  try {
    const parsed: unknown = typeof output === 'string' ? JSON.parse(output) : output;
    const metadata = isRecord(parsed) && isRecord(parsed.metadata) ? parsed.metadata : {};
    return typeof metadata.exit_code === 'number' ? metadata.exit_code : 0;
  } catch {
    return 0;
  }
}

function readUsage(value: unknown): CodexUsage | null {
  return isRecord(value)
    ? {
        input: countOrZero(value.input_tokens),
        cached: countOrZero(value.cached_input_tokens),
        output: countOrZero(value.output_tokens),
        reasoning: countOrZero(value.reasoning_output_tokens),
      }
    : null;
}
