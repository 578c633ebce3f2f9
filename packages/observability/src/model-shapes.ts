import type { GenerationFields, GenerationOptions } from './types.js';
import { reportedCost } from './usage/cost.js';
import { langfuseUsage } from './usage/langfuse.js';
import { normalise, type UsageHint } from './usage/normalise.js';

/** Output of an answer, and tokens of other models that it used. */
export interface Described extends GenerationFields {
  others?: readonly GenerationOptions[] | undefined;
}
type DescribedUsage = Pick<Described, 'usage' | 'cost' | 'metadata' | 'others'>;

// biome-ignore lint/suspicious/noExplicitAny: the bodies of several providers; every step is guarded
type Any = any;

/** Options about the transport of an answer, which do not affect the model. */
const TRANSPORT = new Set(['stream', 'stream_options', 'abortSignal', 'headers', 'httpOptions']);

/** Parameters that are numbers or booleans. Other texts and lists are prompts. */
const PARAMETERS =
  /^(reasoning|reasoning_effort|service_tier|stop|stop_?sequences|thinking|thinkingConfig|tool_?choice|verbosity)$/i;

/** Fields of a call: the model, its input, and its parameters. */
export function describeCall(name: string, args: unknown[]): GenerationOptions {
  const [first, second] = args as Any[];
  // For Workers AI, the model is next to the body. For the others, it is in the body.
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
    // The AI SDK's models are objects with an id.
    model: typeof model === 'string' ? model : model?.modelId,
    input: others.length ? content : only,
    modelParameters: Object.keys(modelParameters).length ? modelParameters : undefined,
  };
}

/** Fields of an answer: the output, the model, tokens and cost. */
export function describeAnswer(answer: Any, asked?: Any): Described {
  // The AI SDK: further getters of its results throw where they do not apply.
  if ('finishReason' in Object(answer) && 'usage' in answer) {
    const steps: Any[] = Array.isArray(answer.steps) ? answer.steps : [answer];
    const metadata = steps.map((step) => step?.providerMetadata);
    const hint = { model: asked?.modelId, provider: asked?.provider, metadata };
    return {
      output: answer.text || answer.object,
      ...describeUsage(answer.totalUsage ?? answer.usage, hint),
    };
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
    ...describeUsage(answer?.usage ?? answer?.usageMetadata ?? ownCounts(answer), { model: modelOf(answer) }),
  };
}

/** Ollama's answers contain the usage fields themselves. */
function ownCounts(answer: Any): unknown {
  return typeof answer?.eval_count === 'number' ? answer : undefined;
}

/** The model's name in an answer or in an event of one. */
export function modelOf(answer: Any): string | undefined {
  const model = answer?.model ?? answer?.modelVersion;
  return typeof model === 'string' ? model : undefined;
}

/** A failure that the provider reports in an answer or an event instead of an HTTP status. */
export function describeFailure(answer: Any): GenerationFields {
  const said = answer?.error?.message ?? (answer?.type === 'error' ? answer.message : undefined);
  return said ? { level: 'ERROR', statusMessage: String(said) } : {};
}

/**
 * Tokens in kinds that do not overlap, the cost if it is reported, and the usage of other models for the
 * answer.
 */
export function describeUsage(reported: Any, hint: UsageHint = {}): DescribedUsage {
  if (!reported) return {};
  const normalised = normalise(reported, hint);
  const { kinds, notes } = normalised;
  const requests = Object.entries(kinds).flatMap(([kind, count]) =>
    kind.startsWith('tool_request:') ? [[kind.slice('tool_request:'.length), count]] : [],
  );
  const cost = reportedCost(reported, hint.metadata);
  const others = normalised.others.map(({ model, type, kinds }) => ({
    name: type,
    model: model ?? hint.model,
    usage: langfuseUsage({ kinds, total: undefined }, { model: model ?? hint.model }),
  }));
  const usage = langfuseUsage(normalised, hint);
  return {
    ...(Object.keys(usage).length > 0 && { usage }),
    ...(cost !== undefined && { cost }),
    ...(others.length > 0 && { others }),
    ...(requests.length + notes.length > 0 && {
      metadata: {
        ...(requests.length > 0 && { tool_requests: Object.fromEntries(requests) }),
        ...(notes.length > 0 && { usage_notes: notes.join('; ') }),
      },
    }),
  };
}
