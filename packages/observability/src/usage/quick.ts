import { type NormalisedUsage, normalise, type UsageHint, type UsageKinds } from './normalise.js';

/** The fields of a common usage object of Anthropic's Messages API and of Claude Code's transcripts. */
const PLAIN: ReadonlySet<string> = new Set([
  'input_tokens',
  'output_tokens',
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
  'cache_creation',
  'server_tool_use',
  'service_tier',
  'inference_geo',
  'speed',
  'iterations',
]);

/**
 * Like {@link normalise}, but fast for Anthropic's common usage objects, because transcripts contain a hundred thousand
 * of them. The result is the same. Never throws.
 */
export function normaliseQuickly(raw: unknown, hint?: UsageHint): NormalisedUsage {
  return (hint === undefined ? plainUsage(raw) : undefined) ?? normalise(raw, hint);
}

function plainUsage(raw: unknown): NormalisedUsage | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined;
  for (const key in raw) if (!PLAIN.has(key)) return undefined;
  const usage = raw as Record<string, unknown>;
  const { input_tokens: input, output_tokens: output } = usage;
  const { cache_read_input_tokens: read, cache_creation_input_tokens: written } = usage;
  if (!(isCount(input) && isCount(output) && isCount(read) && isCount(written))) return undefined;
  const split = (usage.cache_creation ?? {}) as Record<string, unknown>;
  const { ephemeral_5m_input_tokens: five = 0, ephemeral_1h_input_tokens: hour = 0 } = split;
  if (!(isCount(five) && isCount(hour) && five + hour <= written)) return undefined;
  if (usage.iterations && (usage.iterations as unknown[]).length !== 0) return undefined;
  for (const name in (usage.server_tool_use ?? {}) as object) {
    if ((usage.server_tool_use as Record<string, unknown>)[name] !== 0) return undefined;
  }
  const kinds: UsageKinds = {};
  if (input > 0) kinds.input = input;
  if (read > 0) kinds.cache_read = read;
  if (written > five + hour) kinds.cache_write = written - five - hour;
  if (five > 0) kinds.cache_write_5m = five;
  if (hour > 0) kinds.cache_write_1h = hour;
  if (output > 0) kinds.output = output;
  return { kinds, total: undefined, exact: true, notes: [], others: [] };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY;
}
