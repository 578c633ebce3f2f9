import { countOrZero, isRecord, textOrNull } from '../json-values.js';
import { lineCount } from './claude-changes.js';
import { members, parsePart } from './partial-json.js';
import { unusual } from './tiers.js';
import type { FileChange } from './tools.js';

/** The relevant content of a line in a Codex rollout. */
export type CodexRow =
  | {
      readonly type: 'session';
      readonly at: number;
      readonly id: string;
      readonly cwd: string | null;
      readonly branch: string | null;
      readonly commit: string | null;
      readonly provider: string | null;
      /** The session whose history it may repeat at its start. */
      readonly parentId: string | null;
      /** True for a subagent. */
      readonly spawned: boolean;
      /** True for `codex exec`, which ends with its only turn. */
      readonly exec: boolean;
    }
  | {
      readonly type: 'context';
      readonly at: number;
      readonly turnId: string | null;
      readonly model: string | null;
      readonly cwd: string | null;
      readonly tier: string | null;
    }
  | { readonly type: 'settings'; readonly at: number; readonly tier: string | null }
  | { readonly type: 'turn-start'; readonly at: number; readonly turnId: string | null }
  | {
      readonly type: 'turn-end';
      readonly at: number;
      readonly turnId: string | null;
      readonly outcome: 'complete' | 'aborted';
    }
  | {
      readonly type: 'usage';
      readonly at: number;
      readonly total: CodexUsage | null;
      readonly last: CodexUsage | null;
      /** Undefined if the event has no value. */
      readonly tier: string | null | undefined;
    }
  | {
      readonly type: 'record';
      readonly at: number;
      readonly threadId: string | null;
      readonly responseId: string;
      readonly usage: CodexUsage;
      readonly tier: string | null | undefined;
    }
  | { readonly type: 'tool-start'; readonly at: number; readonly id: string; readonly name: string }
  | {
      readonly type: 'tool-end';
      readonly at: number;
      readonly id: string;
      readonly ok: boolean;
      readonly durationMs: number | null;
    }
  | {
      readonly type: 'changes';
      readonly at: number;
      readonly id: string;
      readonly changes: readonly FileChange[];
    };

/**
 * Codex's counts with its own names: cached and written tokens are part of the input, reasoning is part of
 * the output.
 */
export type CodexUsage = Readonly<
  Record<
    | 'input_tokens'
    | 'cached_input_tokens'
    | 'cache_write_input_tokens'
    | 'output_tokens'
    | 'reasoning_output_tokens',
    number
  >
>;

type Json = Record<string, unknown>;

/** Every relevant row contains one of these. Other rows are conversation, which is most of a rollout. */
export const CODEX_MARKS: readonly string[] = [
  '"session_meta"',
  '"turn_context"',
  '"thread_settings_applied"',
  '"token_usage_record"',
  '"token_count"',
  '"task_started"',
  '"task_complete"',
  '"turn_aborted"',
  '"item_completed"',
  '_call"',
  '_call_output"',
];

/** A shorter line is faster to parse completely than in parts. */
const LONG_LINE = 3000;

const ROW = members({
  timestamp: true,
  type: true,
  payload: members({
    type: true,
    // session_meta
    id: true,
    cwd: true,
    git: true,
    source: true,
    originator: true,
    model_provider: true,
    forked_from_id: true,
    parent_thread_id: true,
    thread_source: true,
    // turns and settings
    turn_id: true,
    model: true,
    service_tier: true,
    thread_settings: true,
    // usage
    response_id: true,
    thread_id: true,
    usage: true,
    info: true,
    // tools
    item: members({ id: true, type: true, status: true, exit_code: true, changes: true }),
    started_at_ms: true,
    completed_at_ms: true,
    call_id: true,
    name: true,
    output: true,
  }),
});

/** Undefined for irrelevant lines. Throws if the line is not JSON. */
export function readCodexRow(line: string): CodexRow | undefined {
  const row: unknown = line.length < LONG_LINE ? JSON.parse(line) : parsePart(line, ROW);
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
      return {
        type: 'context',
        at,
        turnId: textOrNull(payload.turn_id),
        model: textOrNull(payload.model),
        cwd: textOrNull(payload.cwd),
        tier: unusual(payload.service_tier),
      };
    case 'thread_settings_applied':
      return readSettings(payload, at);
    case 'token_usage_record': {
      const [responseId, usage] = [textOrNull(payload.response_id), readUsage(payload.usage)];
      return responseId && usage
        ? {
            type: 'record',
            at,
            threadId: textOrNull(payload.thread_id),
            responseId,
            usage,
            tier: tierOf(payload),
          }
        : undefined;
    }
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
  const spawn = recordAt(payload, 'source', 'subagent', 'thread_spawn');
  return id
    ? {
        type: 'session',
        at,
        id,
        cwd: textOrNull(payload.cwd),
        branch: textOrNull(git.branch),
        commit: textOrNull(git.commit_hash),
        provider: textOrNull(payload.model_provider),
        parentId:
          textOrNull(payload.forked_from_id) ??
          textOrNull(payload.parent_thread_id) ??
          textOrNull(spawn?.parent_thread_id),
        spawned: textOrNull(payload.thread_source) === 'subagent' || spawn !== undefined,
        exec: payload.source === 'exec' || payload.originator === 'codex_exec',
      }
    : undefined;
}

function readEvent(payload: Json, at: number): CodexRow | undefined {
  switch (payload.type) {
    case 'task_started':
      return { type: 'turn-start', at, turnId: textOrNull(payload.turn_id) };
    case 'task_complete':
      return { type: 'turn-end', at, turnId: textOrNull(payload.turn_id), outcome: 'complete' };
    case 'turn_aborted':
      return { type: 'turn-end', at, turnId: textOrNull(payload.turn_id), outcome: 'aborted' };
    case 'thread_settings_applied':
      return readSettings(payload, at);
    case 'item_completed':
      return isRecord(payload.item) ? readCompleted(payload.item, payload, at) : undefined;
    case 'token_count': {
      const info = isRecord(payload.info) ? payload.info : {};
      const total = readUsage(info.total_token_usage);
      const last = readUsage(info.last_token_usage);
      return total || last
        ? { type: 'usage', at, total, last, tier: tierOf('service_tier' in payload ? payload : info) }
        : undefined;
    }
    default:
      return undefined;
  }
}

function readSettings(payload: Json, at: number): CodexRow {
  return { type: 'settings', at, tier: unusual(recordAt(payload, 'thread_settings')?.service_tier) };
}

/** Undefined if unknown; null for the default. */
function tierOf(holder: Json): string | null | undefined {
  return 'service_tier' in holder ? unusual(holder.service_tier) : undefined;
}

/** Result of an item: a command with its exit code, or changed files. */
function readCompleted(item: Json, payload: Json, at: number): CodexRow | undefined {
  const id = textOrNull(item.id);
  if (!id) {
    return undefined;
  }
  const ok = item.status !== 'failed' && item.status !== 'declined';
  if (item.type === 'FileChange' && isRecord(item.changes)) {
    return {
      type: 'changes',
      at,
      id,
      changes: ok ? Object.entries(item.changes).flatMap(readFileChange) : [],
    };
  }
  if (item.type === 'CommandExecution') {
    const duration = Number(payload.completed_at_ms) - Number(payload.started_at_ms);
    const failed = typeof item.exit_code === 'number' && item.exit_code !== 0;
    return { type: 'tool-end', at, id, ok: ok && !failed, durationMs: duration >= 0 ? duration : null };
  }
  return undefined;
}

/** One path of `changes`: `{type: "add" | "delete", content}` or `{type: "update", unified_diff, move_path}`. */
function readFileChange([path, change]: [string, unknown]): FileChange[] {
  if (!isRecord(change)) {
    return [];
  }
  switch (change.type) {
    case 'add':
      return [{ path, type: 'created', added: lineCount(change.content), removed: 0 }];
    case 'delete':
      return [{ path, type: 'deleted', added: 0, removed: lineCount(change.content) }];
    case 'update': {
      const lines = String(change.unified_diff ?? '')
        .split('\n')
        .filter((line) => !line.startsWith('+++ ') && !line.startsWith('--- '));
      const moved = textOrNull(change.move_path);
      return [
        {
          path: moved ?? path,
          type: moved ? 'renamed' : 'modified',
          added: lines.filter((line) => line.startsWith('+')).length,
          removed: lines.filter((line) => line.startsWith('-')).length,
        },
      ];
    }
    default:
      return [];
  }
}

function recordAt(value: Json, ...keys: string[]): Json | undefined {
  let at: unknown = value;
  for (const key of keys) {
    at = isRecord(at) ? at[key] : undefined;
  }
  return isRecord(at) ? at : undefined;
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
      return { type: 'tool-end', at, id, ok: exitCode(payload.output) === 0, durationMs: null };
    default:
      return undefined;
  }
}

/**
 * For commands, the output is JSON with an exit code, or text that starts with one. Without a code, it did
 * not fail.
 */
function exitCode(output: unknown): number {
  const status =
    typeof output === 'string' ? /^(?:Exit code|Process exited with code):? (\d+)/m.exec(output) : null;
  if (status) {
    return Number(status[1]);
  }
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
        input_tokens: countOrZero(value.input_tokens),
        cached_input_tokens: countOrZero(value.cached_input_tokens),
        cache_write_input_tokens: countOrZero(value.cache_write_input_tokens),
        output_tokens: countOrZero(value.output_tokens),
        reasoning_output_tokens: countOrZero(value.reasoning_output_tokens),
      }
    : null;
}
