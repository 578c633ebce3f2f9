// biome-ignore lint/suspicious/noExplicitAny: usage objects of many providers; every value is checked where it is read
type Any = any;

/**
 * The relation of a part to input or output: included (`within`), separate (`beside`), or unclear. Then the reported
 * total (`total`) or the provider (`either`) decides.
 */
export type Place = 'within' | 'beside' | 'either' | 'total';

/** The fields of a usage object, with the same names for all providers. Counts are tokens. Undefined: unknown. */
export interface Counts {
  input?: number | undefined;
  /** Input without cache reads and writes, if the provider reports it separately. */
  uncached?: number | undefined;
  /** Input of a provider's own tools; never part of `input`. */
  toolInput: number;
  output?: number | undefined;
  /** Output without reasoning, if the provider reports it separately. */
  text?: number | undefined;
  total?: number | undefined;
  cacheRead: number;
  cacheWrite: number;
  cacheWrite5m: number;
  cacheWrite1h: number;
  reasoning: number;
  audioIn: number;
  audioOut: number;
  imageIn: number;
  imageOut: number;
  cachePlace: Place;
  reasoningPlace: Place;
  /** Requests with their own price, by the tool's name. */
  tools: Record<string, number>;
  notes: string[];
}

/**
 * Reads the counts of OpenAI (chat, responses, images), Anthropic, Gemini, Workers AI, the AI SDK 4 to 7, xAI, Moonshot,
 * DeepSeek, OpenRouter, Bedrock, Codex, Ollama, and of Claude Code's results.
 */
export function readCounts(raw: Any): Counts {
  const notes: string[] = [];
  const count = (...values: unknown[]): number | undefined => {
    const value = values.find((candidate) => candidate !== undefined && candidate !== null);
    if (value === undefined || (typeof value === 'object' && value !== null)) return undefined;
    if (Number.isFinite(value) && (value as number) >= 0) return value as number;
    notes.push(`${String(value)} is not a count`);
    return undefined;
  };
  const within =
    raw.prompt_tokens_details ??
    raw.input_tokens_details ??
    raw.inputTokenDetails ??
    raw.inputTokensDetails ??
    // Language models of the AI SDK 6 and later report an object instead of a number.
    (typeof raw.inputTokens === 'object' && raw.inputTokens) ??
    {};
  const out =
    raw.completion_tokens_details ??
    raw.output_tokens_details ??
    raw.outputTokenDetails ??
    (typeof raw.outputTokens === 'object' && raw.outputTokens) ??
    {};
  const partOfInput = count(
    within.cached_tokens,
    within.cacheReadTokens,
    within.cacheRead,
    raw.cachedContentTokenCount,
    raw.cached_input_tokens,
    raw.cached_tokens,
    raw.prompt_cache_hit_tokens,
  );
  const besideInput = count(raw.cache_read_input_tokens, raw.cacheReadInputTokens);
  const eitherOfBoth = count(raw.cachedInputTokens);
  const writtenWithin = count(
    within.cache_write_tokens,
    within.cacheWriteTokens,
    within.cacheWrite,
    within.cache_creation_tokens,
    raw.cache_write_input_tokens,
  );
  const writtenBeside = count(
    raw.cache_creation_input_tokens,
    raw.cacheWriteInputTokens,
    raw.cacheCreationInputTokens,
  );
  const split = splitOf(raw, count);
  const thoughts = count(raw.thoughtsTokenCount);
  return {
    input: count(
      raw.prompt_tokens,
      raw.input_tokens,
      raw.inputTokens,
      within.total,
      raw.promptTokens,
      raw.promptTokenCount,
      raw.prompt_eval_count,
      raw.tokens,
    ),
    uncached: count(within.noCacheTokens, within.noCache),
    toolInput: count(raw.toolUsePromptTokenCount) ?? 0,
    output: count(
      raw.completion_tokens,
      raw.output_tokens,
      raw.outputTokens,
      out.total,
      raw.completionTokens,
      raw.candidatesTokenCount,
      raw.responseTokenCount,
      raw.eval_count,
    ),
    text: count(out.textTokens, out.text),
    total: count(raw.total_tokens, raw.totalTokens, raw.totalTokenCount),
    cacheRead: partOfInput ?? besideInput ?? eitherOfBoth ?? 0,
    cacheWrite: writtenWithin ?? writtenBeside ?? split.fiveMinutes + split.hour,
    cacheWrite5m: split.fiveMinutes,
    cacheWrite1h: split.hour,
    reasoning:
      count(
        out.reasoning_tokens,
        out.thinking_tokens,
        out.reasoningTokens,
        out.reasoning,
        raw.reasoning_output_tokens,
        raw.reasoning_tokens,
        raw.reasoningTokens,
        raw.thinkingTokens,
      ) ??
      thoughts ??
      0,
    audioIn: count(within.audio_tokens, modality(raw.promptTokensDetails, 'AUDIO')) ?? 0,
    audioOut:
      count(out.audio_tokens, modality(raw.candidatesTokensDetails ?? raw.responseTokensDetails, 'AUDIO')) ??
      0,
    imageIn: count(within.image_tokens, modality(raw.promptTokensDetails, 'IMAGE')) ?? 0,
    imageOut:
      count(out.image_tokens, modality(raw.candidatesTokensDetails ?? raw.responseTokensDetails, 'IMAGE')) ??
      0,
    cachePlace:
      (partOfInput ?? writtenWithin) !== undefined
        ? 'within'
        : (besideInput ?? writtenBeside) !== undefined
          ? // LiteLLM reports both Anthropic's and OpenAI's names.
            raw.prompt_tokens === undefined
            ? 'beside'
            : 'total'
          : 'either',
    reasoningPlace: thoughts === undefined ? 'within' : 'beside',
    tools: toolRequests(raw, count),
    notes,
  };
}

type Count = (...values: unknown[]) => number | undefined;

/** Cache writes by lifetime, if known. */
function splitOf(raw: Any, count: Count): { fiveMinutes: number; hour: number } {
  const split = raw.cache_creation ?? raw.cache_creation_token_details ?? {};
  const details: Any[] = Array.isArray(raw.cacheDetails) ? raw.cacheDetails : [];
  const written = (ttl: string) =>
    details.reduce((sum, part) => sum + (part?.ttl === ttl ? (count(part.inputTokens) ?? 0) : 0), 0);
  return {
    fiveMinutes:
      count(split.ephemeral_5m_input_tokens, raw.cacheCreationEphemeral5mInputTokens) ?? written('5m'),
    hour: count(split.ephemeral_1h_input_tokens, raw.cacheCreationEphemeral1hInputTokens) ?? written('1h'),
  };
}

/** Gemini's `[{ modality, tokenCount }]`. */
function modality(details: Any, name: string): unknown {
  return Array.isArray(details) ? details.find((part) => part?.modality === name)?.tokenCount : undefined;
}

/** Requests of tools that run at the provider: Anthropic, Claude Code's results, xAI, Perplexity. */
function toolRequests(raw: Any, count: Count): Record<string, number> {
  const tools: Record<string, number> = {};
  const add = (name: string, value: unknown) => {
    const requests = count(value);
    if (requests) tools[name.replace(/_(requests|calls)$/, '')] = requests;
  };
  for (const requests of [raw.server_tool_use, raw.server_side_tool_usage_details]) {
    if (requests) for (const name of Object.keys(Object(requests))) add(name, requests[name]);
  }
  if (raw.webSearchRequests) add('web_search', raw.webSearchRequests);
  if (raw.num_sources_used) add('search_source', raw.num_sources_used);
  if (raw.num_search_queries) add('search_query', raw.num_search_queries);
  return tools;
}
