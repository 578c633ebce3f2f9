import { countOrZero, isRecord, recordsOf, textOrNull } from '../json-values.js';
import { dollarsOrNull } from '../money.js';
import { modelName } from '../prices/model-names.js';
import { reportedChange, requestedChange } from './claude-changes.js';
import { each, members, parsePart, type Shape } from './partial-json.js';
import { unusual } from './tiers.js';
import type { FileChange } from './tools.js';
import { type ReadUsage, tokensOf } from './usage.js';

/**
 * The relevant content of a row in a Claude Code transcript. Its format is internal, so every field may be
 * missing.
 */
export interface ClaudeRow {
  readonly sessionId: string;
  readonly at: number;
  readonly cwd: string | null;
  readonly branch: string | null;
  /** Id of a subagent. */
  readonly agentId: string | null;
  readonly sidechain: boolean;
  /** The session whose history a fork repeats. */
  readonly forkedFrom: string | null;
  /** A user prompt. Its id stays the same after resume and fork. */
  readonly prompt: { readonly id: string } | null;
  readonly response: ClaudeResponse | null;
  /** Includes the requested change, if the result has no details. */
  readonly toolsStarted: readonly {
    id: string;
    name: string;
    path: string | null;
    change: FileChange | null;
  }[];
  readonly toolsEnded: readonly {
    readonly id: string;
    readonly ok: boolean;
    readonly change: FileChange | null;
    /** The result says that the file already existed. */
    readonly updated: boolean;
  }[];
}

type Json = Record<string, unknown>;

/** Text of a result for a file that already existed. */
const UPDATED = 'has been updated';

export interface ClaudeResponse {
  /** `message.id`, or another unique value. */
  readonly id: string;
  readonly requestId: string | null;
  readonly model: string;
  /** As in the row. It is converted once for each response. */
  readonly usage: Json;
  /** Tokens of all kinds, to find the later of two rows. */
  readonly total: number;
  readonly tier: string | null;
  readonly geo: string | null;
  readonly reportedDollars: number | null;
}

/** Every relevant row contains this text. */
export const CLAUDE_MARKS: readonly string[] = ['"message"'];

/** A shorter line is faster to parse completely than in parts. */
const LONG_LINE = 3000;

const BLOCK = {
  type: true,
  id: true,
  name: true,
  tool_use_id: true,
  is_error: true,
  input: members({
    file_path: true,
    notebook_path: true,
    content: true,
    old_string: true,
    new_string: true,
    edits: true,
    new_source: true,
    edit_mode: true,
  }),
} as const;
const MESSAGE = { id: true, model: true, usage: true } as const;
const ROW = {
  type: true,
  sessionId: true,
  timestamp: true,
  cwd: true,
  gitBranch: true,
  agentId: true,
  isSidechain: true,
  forkedFrom: true,
  promptId: true,
  uuid: true,
  requestId: true,
  isMeta: true,
  isCompactSummary: true,
  isApiErrorMessage: true,
  costUSD: true,
} as const;
const PLAIN = members({ ...ROW, message: members({ ...MESSAGE, content: each(members(BLOCK)) }) });
/**
 * Includes a result's data about a changed file. For other rows, that is a tool's output, which may be long.
 */
const WITH_RESULT = members({
  ...ROW,
  message: members({ ...MESSAGE, content: each(members({ ...BLOCK, content: true })) }),
  toolUseResult: members({
    filePath: true,
    notebook_path: true,
    type: true,
    structuredPatch: true,
    content: true,
  }),
});

function shapeOf(line: string): Shape {
  return line.includes('"structuredPatch"') || line.includes(UPDATED) ? WITH_RESULT : PLAIN;
}

/** Undefined for irrelevant rows. Throws if the line is not JSON. */
export function readClaudeRow(line: string): ClaudeRow | undefined {
  const row: unknown = line.length < LONG_LINE ? JSON.parse(line) : parsePart(line, shapeOf(line));
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
    forkedFrom: isRecord(row.forkedFrom) ? textOrNull(row.forkedFrom.sessionId) : null,
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
              change: requestedChange(textOrNull(block.name), block.input),
            }))
        : [],
    toolsEnded:
      row.type === 'user'
        ? blocks
            .filter((block) => block.type === 'tool_result' && textOrNull(block.tool_use_id))
            .map((block) => ({
              id: String(block.tool_use_id),
              ok: block.is_error !== true,
              change: block.is_error === true ? null : reportedChange(row.toolUseResult),
              updated: typeof block.content === 'string' && block.content.includes(UPDATED),
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
  return {
    id,
    requestId: textOrNull(row.requestId),
    model: modelName(model),
    usage,
    total:
      countOrZero(usage.input_tokens) +
      countOrZero(usage.output_tokens) +
      countOrZero(usage.cache_read_input_tokens) +
      countOrZero(usage.cache_creation_input_tokens),
    // Each of these changes the price.
    tier: unusual(usage.speed) ?? unusual(usage.service_tier),
    geo: unusual(usage.inference_geo),
    // Old versions only; some wrote 0 for an unknown cost.
    reportedDollars: dollarsOrNull(row.costUSD) || null,
  };
}

/** Tokens from the usage of a row. Counts that can't be stored are dropped before adding. */
export function usageOf(usage: Json): ReadUsage {
  const split = isRecord(usage.cache_creation) ? usage.cache_creation : {};
  const [five, hour] = [
    countOrZero(split.ephemeral_5m_input_tokens),
    countOrZero(split.ephemeral_1h_input_tokens),
  ];
  return tokensOf({
    ...usage,
    input_tokens: countOrZero(usage.input_tokens),
    output_tokens: countOrZero(usage.output_tokens),
    cache_read_input_tokens: countOrZero(usage.cache_read_input_tokens),
    // Older versions wrote only one of the two, and the sum can be smaller than its parts.
    cache_creation_input_tokens: Math.max(countOrZero(usage.cache_creation_input_tokens), five + hour),
  });
}
