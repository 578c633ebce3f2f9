import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Rows in the formats of Claude Code and Codex, made by hand for tests and benches. */
export type Row = Record<string, unknown>;

export const T0 = Date.parse('2026-10-01T10:00:00Z');

/** Seconds after T0, in the agents' time format. */
export const at = (seconds: number) => new Date(T0 + seconds * 1000).toISOString();

export interface ClaudeContext {
  readonly sessionId: string;
  readonly cwd: string;
  readonly more?: Row;
}

export function prompt({ sessionId, cwd, more }: ClaudeContext, id: string, seconds: number): Row {
  return {
    type: 'user',
    uuid: id,
    promptId: id,
    sessionId,
    cwd,
    gitBranch: 'main',
    timestamp: at(seconds),
    isSidechain: false,
    message: { role: 'user', content: 'please do it' },
    ...more,
  };
}

export interface Usage {
  readonly input?: number;
  readonly output?: number;
  readonly read?: number;
  readonly w5?: number;
  readonly w1h?: number;
  readonly speed?: string;
  readonly tier?: string;
}

export function response(
  { sessionId, cwd, more }: ClaudeContext,
  id: string,
  seconds: number,
  usage: Usage,
  over: { model?: string; requestId?: string; content?: unknown[]; row?: Row } = {},
): Row {
  return {
    type: 'assistant',
    uuid: `${id}-${seconds}`,
    sessionId,
    cwd,
    gitBranch: 'main',
    timestamp: at(seconds),
    isSidechain: false,
    requestId: over.requestId ?? `req_${id}`,
    message: {
      id,
      role: 'assistant',
      model: over.model ?? 'claude-sonnet-4-5-20250929',
      content: over.content ?? [{ type: 'text', text: 'done' }],
      usage: {
        input_tokens: usage.input ?? 0,
        output_tokens: usage.output ?? 0,
        cache_read_input_tokens: usage.read ?? 0,
        cache_creation_input_tokens: (usage.w5 ?? 0) + (usage.w1h ?? 0),
        cache_creation: {
          ephemeral_5m_input_tokens: usage.w5 ?? 0,
          ephemeral_1h_input_tokens: usage.w1h ?? 0,
        },
        ...(usage.speed ? { speed: usage.speed } : {}),
        ...(usage.tier ? { service_tier: usage.tier } : {}),
      },
    },
    ...more,
    ...over.row,
  };
}

export function toolResult(
  { sessionId, cwd, more }: ClaudeContext,
  id: string,
  seconds: number,
  over: Row = {},
): Row {
  const { is_error, ...row } = over;
  return {
    type: 'user',
    uuid: `result-${id}`,
    sessionId,
    cwd,
    timestamp: at(seconds),
    isSidechain: false,
    message: {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: id, content: 'secret output', ...(is_error ? { is_error } : {}) },
      ],
    },
    ...row,
    ...more,
  };
}

export const line = (rows: readonly Row[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

/** Writes a Claude transcript to Claude Code's path in a config folder. */
export function writeClaude(configDir: string, path: string, rows: readonly Row[]): string {
  const file = join(configDir, 'projects', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, line(rows));
  return file;
}

export function codexRow(type: string, seconds: number, payload: Row): Row {
  return { timestamp: at(seconds), type, payload };
}

export interface CodexCount {
  readonly input: number;
  readonly cached?: number;
  readonly output: number;
  readonly reasoning?: number;
}

const codexUsage = ({ input, cached = 0, output, reasoning = 0 }: CodexCount) => ({
  input_tokens: input,
  cached_input_tokens: cached,
  output_tokens: output,
  reasoning_output_tokens: reasoning,
  total_tokens: input + output,
});

export function tokenCount(seconds: number, total: CodexCount, last?: CodexCount): Row {
  return codexRow('event_msg', seconds, {
    type: 'token_count',
    info: {
      total_token_usage: codexUsage(total),
      ...(last ? { last_token_usage: codexUsage(last) } : {}),
    },
  });
}

export function writeCodex(home: string, name: string, rows: readonly Row[]): string {
  const file = join(home, 'sessions/2026/10/01', name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, line(rows));
  return file;
}
