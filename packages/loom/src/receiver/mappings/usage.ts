import { langfuseUsage, normalise } from '@create-something/observability/usage';
import { isRecord } from '../../json-values.js';
import { jsonOrText } from '../attributes.js';
import { lookUp, type WireSpan } from './row.js';
import { type Count, USAGE } from './usage-names.js';

/** Claude Code counts like Anthropic's API: cache reads and writes are not part of the input. */
const CLAUDE_CODE = /^com\.anthropic\.claude_code/;
const GENKIT = /^genkit-tracer$/;
const ADK = /^gcp\.vertex\.agent$/;

/** Tokens of a model call by kind, with Langfuse's names. Kinds do not overlap. Null without tokens. */
export function readUsage(span: WireSpan, model: string | null): Record<string, number> | null {
  const { attributes } = span;
  const raw = rawUsage(span);
  const metadata = jsonOrText(attributes['ai.response.providerMetadata']);
  const usage = normalise(raw, {
    cache: cachePlace(raw) ?? cachePlaceOfAnthropic(raw, metadata),
    model: model ?? undefined,
    provider: textOf(
      attributes['ai.model.provider'] ?? attributes['gen_ai.provider.name'] ?? attributes['gen_ai.system'],
    ),
    metadata: [metadata],
  });
  const kinds = langfuseUsage(usage, { model: model ?? undefined });
  return Object.keys(kinds).length > 0 ? (kinds as Record<string, number>) : null;
}

/** The names do not show if the input includes cache reads and writes. With a total, it does. */
function cachePlace(raw: unknown): 'within' | 'beside' | undefined {
  const {
    input_tokens: input,
    output_tokens: output,
    total_tokens: total,
    ...details
  } = raw as Partial<ReturnType<typeof apiUsage>>;
  const { cached_tokens = 0, cache_write_tokens = 0 } = details.input_tokens_details ?? {};
  const cached = cached_tokens + cache_write_tokens;
  if (input === undefined || output === undefined || total === undefined || cached === 0) {
    return undefined;
  }
  const besides = [0, details.output_tokens_details?.reasoning_tokens ?? 0].map(
    (reasoning) => total - input - output - reasoning,
  );
  return besides.includes(0) ? 'within' : besides.includes(cached) ? 'beside' : undefined;
}

/**
 * The AI SDK excludes Anthropic's cache from the input or includes it, depending on its version. Anthropic's
 * own numbers exclude it.
 */
function cachePlaceOfAnthropic(raw: unknown, metadata: unknown): 'within' | 'beside' | undefined {
  const usage = within(isRecord(metadata) ? metadata['anthropic'] : undefined, 'usage');
  const bare = usage && countIn(usage, 'input_tokens');
  const { inputTokens, promptTokens } = raw as Record<string, unknown>;
  const input = inputTokens ?? promptTokens;
  return bare === undefined || typeof input !== 'number' ? undefined : input > bare ? 'within' : 'beside';
}

function rawUsage(span: WireSpan): unknown {
  if (CLAUDE_CODE.test(span.scope) && span.attributes.input_tokens !== undefined) {
    const { input_tokens, output_tokens, cache_read_tokens, cache_creation_tokens } = span.attributes;
    return numeric({
      input_tokens,
      output_tokens,
      cache_read_input_tokens: cache_read_tokens,
      cache_creation_input_tokens: cache_creation_tokens,
    });
  }
  const own = lookUp(span, 'ai.usage.*');
  if (isRecord(own)) {
    return {
      reasoningTokens: reasoningOf(jsonOrText(span.attributes['ai.response.providerMetadata'])),
      ...numeric(own),
    };
  }
  const genkit = GENKIT.test(span.scope) ? within(span.attributes['genkit:output'], 'usage') : undefined;
  if (genkit) {
    return apiUsage({
      input: countIn(genkit, 'inputTokens'),
      output: countIn(genkit, 'outputTokens'),
      total: countIn(genkit, 'totalTokens'),
      reasoning: countIn(genkit, 'thoughtsTokens'),
      cached: countIn(genkit, 'cachedContentTokens'),
    });
  }
  const counts: Counted = {};
  for (const { count, names } of USAGE) {
    const value = names.map((name) => lookUp(span, name)).find((found) => found !== undefined);
    // An object's `toString` may not be a function.
    const isCount = typeof value !== 'object' && value !== undefined && Number.isFinite(Number(value));
    if (counts[count] === undefined && isCount) {
      counts[count] = Number(value);
    }
  }
  if (ADK.test(span.scope) && counts.cached === undefined) {
    const parsed = within(span.attributes['gcp.vertex.agent.llm_response'], 'usage_metadata');
    counts.cached = parsed && countIn(parsed, 'cached_content_token_count');
  }
  return apiUsage(counts);
}

type Counted = { [count in Count]?: number | undefined };

/** As in OpenAI's API: the details are parts of the sums. */
function apiUsage(counts: Counted) {
  return {
    input_tokens: counts.input,
    output_tokens: counts.output,
    total_tokens: counts.total,
    input_tokens_details: {
      cached_tokens: counts.cached,
      cache_write_tokens: counts.written,
      audio_tokens: counts.audioIn,
    },
    output_tokens_details: { reasoning_tokens: counts.reasoning, audio_tokens: counts.audioOut },
  };
}

/** A member of an object that arrived as JSON. */
function within(value: unknown, key: string): Record<string, unknown> | undefined {
  const parsed = jsonOrText(value);
  const member = isRecord(parsed) ? parsed[key] : undefined;
  return isRecord(member) ? member : undefined;
}

function countIn(record: Record<string, unknown>, key: string): number | undefined {
  const value = record[key];
  return typeof value === 'number' ? value : undefined;
}

/** The AI SDK 4 has no own name for OpenAI's reasoning tokens. */
function reasoningOf(metadata: unknown): unknown {
  const openai = isRecord(metadata) ? metadata['openai'] : undefined;
  return isRecord(openai) ? openai['reasoningTokens'] : undefined;
}

/** Some exporters send numbers as text. */
function numeric(record: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(record).flatMap(([key, value]): [string, unknown][] => {
    if (isRecord(value)) {
      return [[key, numeric(value)]];
    }
    const number = value === undefined || value === null || value === '' ? Number.NaN : Number(value);
    return Number.isFinite(number) ? [[key, number]] : [];
  });
  return Object.fromEntries(entries);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
