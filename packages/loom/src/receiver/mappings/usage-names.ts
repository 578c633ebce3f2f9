const genAi = 'OpenTelemetry semantic-conventions-genai';
const langfuse = 'Langfuse reads it, OtelIngestionProcessor';
const older = 'OpenTelemetry semantic conventions up to 1.36; OpenLLMetry';
const pydantic = 'Pydantic AI';
const openinference = 'OpenInference, spec/semantic_conventions.md';
const codex = 'Codex 0.171, codex-rs/otel (spans)';
const openllmetry = 'OpenLLMetry (Traceloop), before it took over gen_ai';

/** Name of a count in OpenAI's format, whose details are parts of the sums. */
export type Count =
  | 'input'
  | 'output'
  | 'total'
  | 'cached'
  | 'written'
  | 'audioIn'
  | 'reasoning'
  | 'audioOut';

/** As in the mapping table, the first existing name is used. */
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
  { count: 'written', names: ['gen_ai.usage.cache_write.input_tokens'], source: codex },
  { count: 'reasoning', names: ['codex.usage.reasoning_output_tokens'], source: codex },
  { count: 'total', names: ['codex.usage.total_tokens'], source: codex },
  { count: 'cached', names: ['gen_ai.usage.input_cached_tokens'], source: langfuse },
  { count: 'written', names: ['gen_ai.usage.input_cache_creation'], source: langfuse },
  { count: 'input', names: ['llm.usage.input_tokens'], source: openllmetry },
  { count: 'output', names: ['llm.usage.output_tokens'], source: openllmetry },
];
