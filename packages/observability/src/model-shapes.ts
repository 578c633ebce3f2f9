import type { GenerationFields, GenerationOptions, Usage } from './types.js';

// biome-ignore lint/suspicious/noExplicitAny: the bodies of several providers; every step is guarded
type Any = any;

/** Options that say how an answer is sent, and nothing to the model. */
const TRANSPORT = new Set(['stream', 'stream_options', 'abortSignal', 'headers', 'httpOptions']);

/** Parameters that are no numbers or switches; other text and lists are what the model was told. */
const PARAMETERS =
  /^(reasoning|reasoning_effort|service_tier|stop|stop_?sequences|thinking|thinkingConfig|tool_?choice|verbosity)$/i;

/** What a call says: the model, its input, and its parameters. */
export function describeCall(name: string, args: unknown[]): GenerationOptions {
  const [first, second] = args as Any[];
  // Workers AI takes the model beside the body, the others inside it.
  const body = typeof first === 'string' ? second : first;
  const {
    model = typeof first === 'string' ? first : undefined,
    config,
    generationConfig,
    ...rest
  } = Object(body);
  const content: Record<string, unknown> = {};
  const modelParameters: Record<string, unknown> = {};
  for (const [key, value] of Object.entries({ ...rest, ...config, ...generationConfig })) {
    if (TRANSPORT.has(key) || typeof value === 'function' || value === undefined) continue;
    const isParameter = typeof value === 'number' || typeof value === 'boolean' || PARAMETERS.test(key);
    (isParameter ? modelParameters : content)[key] = value;
  }
  const [only, ...others] = Object.values(content);
  return {
    name: name === 'run' ? 'ai.run' : name || 'generation',
    // The AI SDK's models are objects that say their id.
    model: typeof model === 'string' ? model : model?.modelId,
    input: others.length ? content : only,
    modelParameters: Object.keys(modelParameters).length ? modelParameters : undefined,
  };
}

/** What an answer says: the output, the model that gave it, tokens and cost. */
export function describeAnswer(answer: Any): GenerationFields {
  // The AI SDK: further getters of its results throw where they do not apply.
  if ('finishReason' in Object(answer) && 'usage' in answer) {
    return { output: answer.text || answer.object, ...describeUsage(answer.totalUsage ?? answer.usage) };
  }
  const { choices, output, content, response, candidates } = Object(answer);
  const messages = Array.isArray(choices) ? choices.map((choice) => choice?.message ?? choice) : undefined;
  return {
    output:
      (messages?.length === 1 ? messages[0] : messages) ??
      output ??
      content ??
      response ??
      candidates ??
      answer,
    model: modelOf(answer),
    ...describeFailure(answer),
    ...describeUsage(answer?.usage ?? answer?.usageMetadata),
  };
}

/** The model that an answer, or an event of one, says it is of. */
export function modelOf(answer: Any): string | undefined {
  const model = answer?.model ?? answer?.modelVersion;
  return typeof model === 'string' ? model : undefined;
}

/** A failure that the provider tells in an answer or an event, and not by the status of HTTP. */
export function describeFailure(answer: Any): GenerationFields {
  const said = answer?.error?.message ?? (answer?.type === 'error' ? answer.message : undefined);
  return said ? { level: 'ERROR', statusMessage: String(said) } : {};
}

/** Tokens in kinds that do not overlap, as Langfuse's price table has them, and the cost where it is reported. */
export function describeUsage(reported: Any): { usage?: Usage; cost?: number } {
  if (!reported) return {};
  const cached =
    (reported.prompt_tokens_details ?? reported.input_tokens_details)?.cached_tokens ??
    reported.cachedContentTokenCount ??
    reported.cachedInputTokens;
  const details = reported.completion_tokens_details ?? reported.output_tokens_details;
  const reasoning = details?.reasoning_tokens ?? details?.thinking_tokens;
  const input =
    reported.prompt_tokens ??
    reported.input_tokens ??
    reported.inputTokens ??
    // Gemini counts what its own tools read beside the prompt.
    reported.promptTokenCount + (reported.toolUsePromptTokenCount ?? 0);
  const output = reported.completion_tokens ?? reported.output_tokens ?? reported.outputTokens;
  const usage: Usage = {
    input: input - (cached ?? 0),
    // Gemini counts what it thinks beside what it answers, the others within.
    output: (output ?? reported.candidatesTokenCount) - (reasoning ?? 0),
    total: reported.total_tokens ?? reported.totalTokenCount ?? reported.totalTokens,
    input_cached_tokens: cached,
    output_reasoning_tokens: reasoning ?? reported.thoughtsTokenCount,
    cache_read_input_tokens: reported.cache_read_input_tokens,
    cache_creation_input_tokens: reported.cache_creation_input_tokens,
  };
  for (const [kind, count] of Object.entries(usage)) {
    if (!(Number(count) > 0)) delete usage[kind];
  }
  return { usage, ...(typeof reported.cost === 'number' && { cost: reported.cost }) };
}
