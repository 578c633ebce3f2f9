import { type Counts, readCounts } from './counts.js';

// biome-ignore lint/suspicious/noExplicitAny: usage objects of many providers; every value is checked where it is read
type Any = any;

/**
 * Kinds of tokens. They do not overlap, so their sum is the number of all tokens. `cache_write` is a write with an
 * unknown lifetime. `tool_request:<name>` counts requests, not tokens.
 */
export type UsageKind =
  | 'input'
  | 'cache_read'
  | 'cache_write'
  | 'cache_write_5m'
  | 'cache_write_1h'
  | 'output'
  | 'reasoning'
  | 'audio_in'
  | 'audio_out'
  | 'image_in'
  | 'image_out'
  | `tool_request:${string}`;

export type UsageKinds = { [kind in UsageKind]?: number };

/** Further facts that help to read a usage object. */
export interface UsageHint {
  /** The provider's name, such as `anthropic.messages` of an AI SDK model. */
  readonly provider?: string | undefined;
  readonly model?: string | undefined;
  /** `providerMetadata` of the AI SDK, one for each step. */
  readonly metadata?: readonly unknown[] | undefined;
  /**
   * Whether cached tokens are part of the input (`within`) or separate (`beside`). Set it if the names of the fields
   * do not show it, or show it wrongly.
   */
  readonly cache?: 'within' | 'beside' | undefined;
}

/** Tokens of another model that took part in the same call. */
export interface OtherUsage {
  /** Undefined: the model of the call. */
  readonly model: string | undefined;
  /** The provider's name for the part, such as `advisor_message`. */
  readonly type: string;
  readonly kinds: UsageKinds;
}

export interface NormalisedUsage {
  /** Only values above 0. */
  readonly kinds: UsageKinds;
  /** The total as the provider reports it. */
  readonly total: number | undefined;
  /** False if the counts contradict each other or are ambiguous. `notes` contains the reasons. */
  readonly exact: boolean;
  readonly notes: readonly string[];
  readonly others: readonly OtherUsage[];
}

/**
 * Converts any provider's usage object to kinds that do not overlap. Never throws.
 * @param raw the usage object; other values have no tokens
 */
export function normalise(raw: unknown, hint: UsageHint = {}): NormalisedUsage {
  const reported: Any = Object(raw);
  const counted = readCounts(reported);
  const counts = reported.raw || hint.metadata ? withMetadata(counted, reported, hint) : counted;
  const { notes } = counts;
  const sums = fit(counts, hint);
  const written = writes(counts);
  const kinds: UsageKinds = {
    ...split(sums.input, counts.audioIn, counts.imageIn, 'in', notes),
    cache_read: counts.cacheRead,
    ...written,
    ...split(sums.output, counts.audioOut, counts.imageOut, 'out', notes),
    reasoning: counts.reasoning,
  };
  for (const name in counts.tools) kinds[`tool_request:${name}`] = counts.tools[name];
  return {
    kinds: positive(kinds),
    total: counts.total,
    exact: notes.length === 0,
    notes,
    others: otherParts(reported),
  };
}

/** Decides which parts are included, and returns input and output without them. */
function fit(counts: Counts, hint: UsageHint): { input: number | undefined; output: number | undefined } {
  const { input, output, total, toolInput, reasoning, notes } = counts;
  const cached = counts.cacheRead + counts.cacheWrite;
  const cache = hint.cache ?? cachePlace(counts, hint);
  const cacheOptions =
    cache === 'either' || cache === 'total' ? (['within', 'beside'] as const) : ([cache] as const);
  const reasoningOptions =
    counts.reasoningPlace === 'beside' ? (['beside', 'within'] as const) : (['within', 'beside'] as const);
  const options = cacheOptions.flatMap((cache) =>
    reasoningOptions.map((reasoning) => ({ cache, reasoning })),
  );
  const possible = options.filter(
    (option) =>
      (option.cache === 'beside' || cached <= (input ?? 0)) &&
      (option.reasoning === 'beside' || reasoning <= (output ?? 0)),
  );
  const sum = (option: (typeof options)[number]) =>
    (input ?? 0) +
    toolInput +
    (option.cache === 'beside' ? cached : 0) +
    (output ?? 0) +
    (option.reasoning === 'beside' ? reasoning : 0);
  const proven = possible.find((option) => sum(option) === total);
  const chosen = proven ??
    possible[0] ?? { cache: 'beside' as const, reasoning: reasoning > (output ?? 0) ? 'beside' : 'within' };
  if (counts.uncached === undefined && cached > 0) {
    if (possible.length === 0 && cached > (input ?? 0)) {
      notes.push(`${cached} cached tokens cannot be part of ${input ?? 0} input tokens`);
    } else if (
      cache === 'either' &&
      !hint.model &&
      possible.some((option) => option.cache !== chosen.cache)
    ) {
      notes.push('it is unknown whether the input includes cached tokens');
    }
  }
  if (
    counts.text === undefined &&
    reasoning > (output ?? 0) &&
    !proven &&
    counts.reasoningPlace === 'within'
  ) {
    notes.push(`${reasoning} reasoning tokens cannot be part of ${output ?? 0} output tokens`);
  }
  // The total of the AI SDK 5 excludes the cache. The total of some providers excludes reasoning.
  const plain = (input ?? 0) + (output ?? 0);
  if (total !== undefined && input !== undefined && output !== undefined && !proven && total !== plain) {
    notes.push(`the total of ${total} is not the sum of its parts, ${sum(chosen)}`);
  }
  return {
    input:
      counts.uncached ??
      (input === undefined ? undefined : input + toolInput - (chosen.cache === 'within' ? cached : 0)),
    output:
      counts.text ??
      (output === undefined ? undefined : output - (chosen.reasoning === 'within' ? reasoning : 0)),
  };
}

/** In the AI SDK 5, the input excludes the cached tokens of Anthropic and Bedrock, and includes those of others. */
function cachePlace(counts: Counts, { provider, model }: UsageHint): Counts['cachePlace'] {
  if (counts.cachePlace !== 'either') return counts.cachePlace;
  if (/anthropic|bedrock|claude/i.test(`${provider} ${model}`)) return 'beside';
  if (provider) return 'within';
  return counts.cacheRead > (counts.input ?? 0) ? 'beside' : 'either';
}

/**
 * Adds counts that are only in `providerMetadata` of the AI SDK: cache writes (4 and 5), their lifetimes, and OpenAI's
 * cache (4).
 */
function withMetadata(counts: Counts, raw: Any, { metadata }: UsageHint): Counts {
  // `raw.raw` is the provider's usage, from the AI SDK 6 and later.
  const sources: Any[] = [raw.raw, ...(metadata ?? []).flatMap((step) => Object.values(Object(step)))].map(
    Object,
  );
  const parts = sources.map((part) => ({
    part,
    usage: readCounts({ ...part, ...part.usage, ...(part.usage ?? part).usageMetadata }),
  }));
  const sum = (pick: (usage: Counts) => number) => parts.reduce((all, { usage }) => all + pick(usage), 0);
  const written = sum((usage) => usage.cacheWrite);
  if (counts.cacheWrite === 0 && raw.raw === undefined && written > 0) {
    counts.cacheWrite = written;
    counts.cachePlace = 'beside';
    counts.cacheRead ||= sum((usage) => usage.cacheRead);
  }
  if (counts.cacheRead === 0 && raw.raw === undefined) {
    const within = parts.reduce((all, { part }) => all + (Number(part.cachedPromptTokens) || 0), 0);
    const beside = sum((usage) => (usage.cachePlace === 'beside' ? usage.cacheRead : 0));
    counts.cacheRead = within || beside;
    if (counts.cacheRead > 0) counts.cachePlace = within ? 'within' : 'beside';
  }
  const [five, hour] = [sum((usage) => usage.cacheWrite5m), sum((usage) => usage.cacheWrite1h)];
  // Only the last of several steps may be present.
  if (
    counts.cacheWrite > 0 &&
    counts.cacheWrite5m + counts.cacheWrite1h === 0 &&
    five + hour === counts.cacheWrite
  ) {
    counts.cacheWrite5m = five;
    counts.cacheWrite1h = hour;
  }
  for (const { usage } of parts) counts.tools = { ...usage.tools, ...counts.tools };
  return counts;
}

/** Cache writes by lifetime. Writes without a reported lifetime are `cache_write`. */
function writes(counts: Counts): UsageKinds {
  const { cacheWrite, cacheWrite5m, cacheWrite1h, notes } = counts;
  const rest = cacheWrite - cacheWrite5m - cacheWrite1h;
  if (rest >= 0) {
    return { cache_write: rest, cache_write_5m: cacheWrite5m, cache_write_1h: cacheWrite1h };
  }
  notes.push(`cache writes of ${cacheWrite5m} and ${cacheWrite1h} tokens are more than ${cacheWrite}`);
  return { cache_write: cacheWrite };
}

/** Splits audio and image tokens from the rest, which includes them. */
function split(
  rest: number | undefined,
  audio: number,
  image: number,
  way: 'in' | 'out',
  notes: string[],
): UsageKinds {
  const whole = way === 'in' ? 'input' : 'output';
  if (audio + image === 0 || rest === undefined) return { [whole]: rest };
  if (audio + image > rest) {
    // An unknown part of them was read from the cache.
    notes.push(`${audio + image} audio and image tokens are more than the ${rest} left of the ${whole}`);
    return { [whole]: rest };
  }
  return { [whole]: rest - audio - image, [`audio_${way}`]: audio, [`image_${way}`]: image };
}

/**
 * Reads Anthropic's `iterations`. The top-level counts are the sum of iterations of type `message`. Other types, such
 * as a compaction or an advisor with its own model, are separate.
 */
function otherParts(raw: Any): OtherUsage[] {
  const iterations: Any[] = Array.isArray(raw.iterations) ? raw.iterations : [];
  const tokens = (part: Any) => {
    const { input, output, cacheRead, cacheWrite } = readCounts(Object(part));
    return (input ?? 0) + (output ?? 0) + cacheRead + cacheWrite;
  };
  const others = iterations.filter((part) => part && part.type !== 'message');
  const sum = iterations.reduce((all, part) => all + tokens(part), 0);
  if (others.length === 0 || sum === tokens(raw)) return [];
  return others.map((part) => ({
    model: typeof part.model === 'string' ? part.model : undefined,
    type: String(part.type),
    kinds: normalise({ ...part, iterations: undefined }).kinds,
  }));
}

function positive(kinds: UsageKinds): UsageKinds {
  for (const kind in kinds) {
    if (!((kinds[kind as UsageKind] ?? 0) > 0)) delete kinds[kind as UsageKind];
  }
  return kinds;
}
