import { langfuseUsage, normalise } from '@create-something/observability/usage';
import { isRecord } from '../../json-values.js';
import { jsonOrText } from '../attributes.js';
import { lookUp, type WireSpan } from './row.js';

const genAi = 'OpenTelemetry semantic-conventions-genai';
const older = 'OpenTelemetry semantic conventions up to 1.36; OpenLLMetry';
const pydantic = 'Pydantic AI';
const openinference = 'OpenInference, spec/semantic_conventions.md';
const openllmetry = 'OpenLLMetry (Traceloop), before it took over gen_ai';

/** Where a count stands in an object as OpenAI's API has it, which says that its details are parts of the sums. */
type Count = 'input' | 'output' | 'total' | 'cached' | 'written' | 'audioIn' | 'reasoning' | 'audioOut';

/** The same as the rows of the table of mappings: the first name that is there holds. */
export const USAGE: readonly {
  readonly count: Count;
  readonly names: readonly string[];
  readonly source: string;
}[] = [
  { count: 'input', names: ['gen_ai.usage.input_tokens'], source: genAi },
  { count: 'output', names: ['gen_ai.usage.output_tokens'], source: genAi },
  { count: 'cached', names: ['gen_ai.usage.cache_read.input_tokens'], source: genAi },
  { count: 'written', names: ['gen_ai.usage.cache_creation.input_tokens'], source: genAi },
  { count: 'reasoning', names: ['gen_ai.usage.reasoning.output_tokens'], source: genAi },
  { count: 'input', names: ['gen_ai.usage.prompt_tokens', 'llm.usage.prompt_tokens'], source: older },
  {
    count: 'output',
    names: ['gen_ai.usage.completion_tokens', 'llm.usage.completion_tokens'],
    source: older,
  },
  { count: 'total', names: ['gen_ai.usage.total_tokens', 'llm.usage.total_tokens'], source: older },
  {
    count: 'cached',
    names: [
      'gen_ai.usage.cache_read_input_tokens',
      'gen_ai.usage.input_tokens.cached',
      'llm.usage.cache_read_input_tokens',
    ],
    source: older,
  },
  {
    count: 'written',
    names: [
      'gen_ai.usage.cache_creation_input_tokens',
      'gen_ai.usage.input_tokens.cache_write',
      'llm.usage.cache_creation_input_tokens',
    ],
    source: older,
  },
  {
    count: 'reasoning',
    names: [
      'gen_ai.usage.reasoning_tokens',
      'gen_ai.usage.thoughts_tokens',
      'gen_ai.usage.output_tokens.reasoning',
      'llm.usage.reasoning_tokens',
    ],
    source: older,
  },
  {
    count: 'cached',
    names: [
      'gen_ai.usage.cache_read_tokens',
      'gen_ai.usage.details.cache_read_tokens',
      'gen_ai.usage.details.cache_read_input_tokens',
      'gen_ai.usage.details.cached_tokens',
    ],
    source: pydantic,
  },
  {
    count: 'written',
    names: [
      'gen_ai.usage.cache_write_tokens',
      'gen_ai.usage.details.cache_write_tokens',
      'gen_ai.usage.details.cache_creation_input_tokens',
    ],
    source: pydantic,
  },
  {
    count: 'reasoning',
    names: ['gen_ai.usage.details.reasoning_tokens', 'gen_ai.usage.details.thoughts_tokens'],
    source: pydantic,
  },
  {
    count: 'audioIn',
    names: ['gen_ai.usage.input_audio_tokens', 'gen_ai.usage.details.input_audio_tokens'],
    source: pydantic,
  },
  {
    count: 'audioOut',
    names: ['gen_ai.usage.output_audio_tokens', 'gen_ai.usage.details.output_audio_tokens'],
    source: pydantic,
  },
  { count: 'input', names: ['llm.token_count.prompt'], source: openinference },
  { count: 'output', names: ['llm.token_count.completion'], source: openinference },
  { count: 'total', names: ['llm.token_count.total'], source: openinference },
  {
    count: 'cached',
    names: ['llm.token_count.prompt_details.cache_read', 'llm.token_count.prompt_details.cache_input'],
    source: openinference,
  },
  { count: 'written', names: ['llm.token_count.prompt_details.cache_write'], source: openinference },
  { count: 'audioIn', names: ['llm.token_count.prompt_details.audio'], source: openinference },
  {
    count: 'reasoning',
    names: ['llm.token_count.completion_details.reasoning', 'llm.token_count.reasoning_tokens'],
    source: openinference,
  },
  { count: 'audioOut', names: ['llm.token_count.completion_details.audio'], source: openinference },
  { count: 'input', names: ['llm.usage.input_tokens'], source: openllmetry },
  { count: 'output', names: ['llm.usage.output_tokens'], source: openllmetry },
];

/** Claude Code counts as Anthropic's API does: what the cache gave and took is beside the input. */
const CLAUDE_CODE = /^com\.anthropic\.claude_code/;

/** What a model call took, by the names Langfuse has for kinds that do not overlap; null where it says nothing. */
export function readUsage(span: WireSpan, model: string | null): Record<string, number> | null {
  const { attributes } = span;
  const usage = normalise(rawUsage(span), {
    model: model ?? undefined,
    provider: textOf(
      attributes['ai.model.provider'] ?? attributes['gen_ai.provider.name'] ?? attributes['gen_ai.system'],
    ),
    metadata: [jsonOrText(attributes['ai.response.providerMetadata'])],
  });
  const kinds = langfuseUsage(usage, { model: model ?? undefined });
  return Object.keys(kinds).length > 0 ? (kinds as Record<string, number>) : null;
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
  const counts: { [count in Count]?: number } = {};
  for (const { count, names } of USAGE) {
    const value = names.map((name) => lookUp(span, name)).find((found) => found !== undefined);
    if (counts[count] === undefined && value !== undefined && Number.isFinite(Number(value))) {
      counts[count] = Number(value);
    }
  }
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

/** The AI SDK 4 has no name of its own for OpenAI's reasoning. */
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
