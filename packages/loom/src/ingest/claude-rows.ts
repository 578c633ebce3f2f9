import { countOrZero, isRecord, recordsOf, textOrNull } from '../json-values.js';
import { dollarsOrNull } from '../money.js';
import type { FileChange } from './tools.js';

/** What a row of a Claude Code transcript says that matters here. Its format is internal, so nothing is taken for granted. */
export interface ClaudeRow {
  readonly sessionId: string;
  readonly at: number;
  readonly cwd: string | null;
  readonly branch: string | null;
  /** A subagent's. */
  readonly agentId: string | null;
  readonly sidechain: boolean;
  /** What a person asked; its id survives resume and fork. */
  readonly prompt: { readonly id: string } | null;
  readonly response: ClaudeResponse | null;
  readonly toolsStarted: readonly { id: string; name: string; path: string | null }[];
  readonly toolsEnded: readonly { id: string; ok: boolean; change: FileChange | null }[];
}

export interface ClaudeResponse {
  /** `message.id`, else what else tells it from others. */
  readonly id: string;
  readonly model: string;
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly tier: string | null;
  readonly reportedDollars: number | null;
}

type Json = Record<string, unknown>;

/** Undefined for rows that say nothing here; throws on a line that is no JSON. */
export function readClaudeRow(line: string): ClaudeRow | undefined {
  // Most bytes of a transcript are in rows of other types; a look at the text spares parsing them.
  if (!line.includes('"assistant"') && !line.includes('"user"')) {
    return undefined;
  }
  const row: unknown = JSON.parse(line);
  if (!isRecord(row) || (row.type !== 'assistant' && row.type !== 'user')) {
    return undefined;
  }
  const sessionId = textOrNull(row.sessionId);
  const at = Date.parse(textOrNull(row.timestamp) ?? '');
  const message = isRecord(row.message) ? row.message : {};
  if (!sessionId || Number.isNaN(at)) {
    return undefined;
  }
  const blocks = recordsOf(message.content);
  const sidechain = row.isSidechain === true;
  return {
    sessionId,
    at,
    cwd: textOrNull(row.cwd),
    branch: textOrNull(row.gitBranch),
    agentId: textOrNull(row.agentId),
    sidechain,
    prompt: row.type === 'user' && !sidechain ? readPrompt(row, message, blocks) : null,
    response: row.type === 'assistant' ? readResponse(row, message) : null,
    toolsStarted:
      row.type === 'assistant'
        ? blocks
            .filter((block) => block.type === 'tool_use' && textOrNull(block.id))
            .map((block) => ({
              id: String(block.id),
              name: textOrNull(block.name) ?? 'unknown',
              path: isRecord(block.input)
                ? textOrNull(block.input.file_path ?? block.input.notebook_path)
                : null,
            }))
        : [],
    toolsEnded:
      row.type === 'user'
        ? blocks
            .filter((block) => block.type === 'tool_result' && textOrNull(block.tool_use_id))
            .map((block) => ({
              id: String(block.tool_use_id),
              ok: block.is_error !== true,
              change: block.is_error === true ? null : readChange(row.toolUseResult),
            }))
        : [],
  };
}

function readPrompt(row: Json, message: Json, blocks: readonly Json[]): { id: string } | null {
  const asks =
    typeof message.content === 'string' ||
    blocks.some((block) => block.type === 'text' || block.type === 'image');
  const id = textOrNull(row.promptId) ?? textOrNull(row.uuid);
  return asks && id && row.isMeta !== true && row.isCompactSummary !== true ? { id } : null;
}

function readResponse(row: Json, message: Json): ClaudeResponse | null {
  const usage = message.usage;
  const model = textOrNull(message.model);
  if (!isRecord(usage) || !model || model === '<synthetic>' || row.isApiErrorMessage === true) {
    return null;
  }
  const id = textOrNull(message.id) ?? textOrNull(row.requestId) ?? textOrNull(row.uuid);
  if (!id) {
    return null;
  }
  const written = countOrZero(usage.cache_creation_input_tokens);
  const split = isRecord(usage.cache_creation) ? usage.cache_creation : undefined;
  const oneHour = Math.min(countOrZero(split?.ephemeral_1h_input_tokens), written || Number.MAX_SAFE_INTEGER);
  const fiveMinutes = split ? countOrZero(split.ephemeral_5m_input_tokens) : written;
  return {
    id,
    model,
    input: countOrZero(usage.input_tokens),
    output: countOrZero(usage.output_tokens),
    cacheRead: countOrZero(usage.cache_read_input_tokens),
    // Where the split says less than the sum, the rest is of the cheaper kind, the default.
    cacheWrite5m: Math.max(fiveMinutes, written - oneHour),
    cacheWrite1h: oneHour,
    // Either is another price than the usual one.
    tier: unusual(usage.speed) ?? unusual(usage.service_tier),
    // Of old versions, of which some wrote 0 for what they did not know.
    reportedDollars: dollarsOrNull(row.costUSD) || null,
  };
}

/** A speed, or a tier of service, that is not the standard one. */
function unusual(value: unknown): string | null {
  return value === 'standard' ? null : textOrNull(value);
}

/** Counts lines only; what stands in them is not kept. */
function readChange(result: unknown): FileChange | null {
  if (!isRecord(result)) {
    return null;
  }
  const path = textOrNull(result.filePath);
  const patch = Array.isArray(result.structuredPatch) ? result.structuredPatch.filter(isRecord) : undefined;
  if (!path || !patch) {
    return null;
  }
  const lines = patch.flatMap((hunk) => (Array.isArray(hunk.lines) ? hunk.lines.map(String) : []));
  const created = result.type === 'create';
  return {
    path,
    type: created ? 'created' : 'modified',
    added: created
      ? String(result.content ?? '').split('\n').length
      : lines.filter((l) => l.startsWith('+')).length,
    removed: lines.filter((line) => line.startsWith('-')).length,
  };
}
