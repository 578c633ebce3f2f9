import { type NormalisedUsage, normalise, type UsageHint, type UsageKinds } from './normalise.js';

/** A common response of Anthropic's Messages API and of Claude Code's transcripts. */
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
 * Turns any provider's usage object into kinds that do not overlap. Never throws. A usual answer of Anthropic's goes by a
 * short way, since transcripts hold a hundred thousand of them; it comes out as it does by the long way.
 */
export function normaliseQuickly(raw: unknown, hint?: UsageHint): NormalisedUsage {
  return (hint === undefined ? plainUsage(raw) : undefined) ?? normalise(raw, hint);
}

function plainUsage(raw: unknown): NormalisedUsage | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined;
  for (const key in raw) if (!PLAIN.has(key)) return undefined;
  const told = raw as Record<string, unknown>;
  const { input_tokens: input, output_tokens: output } = told;
  const { cache_read_input_tokens: read, cache_creation_input_tokens: written } = told;
  if (!(isCount(input) && isCount(output) && isCount(read) && isCount(written))) return undefined;
  const split = (told.cache_creation ?? {}) as Record<string, unknown>;
  const { ephemeral_5m_input_tokens: five = 0, ephemeral_1h_input_tokens: hour = 0 } = split;
  if (!(isCount(five) && isCount(hour) && five + hour <= written)) return undefined;
  if (told.iterations && (told.iterations as unknown[]).length !== 0) return undefined;
  for (const name in (told.server_tool_use ?? {}) as object) {
    if ((told.server_tool_use as Record<string, unknown>)[name] !== 0) return undefined;
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
