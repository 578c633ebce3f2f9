import { normalise, type UsageKinds } from '@create-something/observability/usage';
import { countOrZero } from '../json-values.js';
import type { Tokens } from '../ledger/witness.js';

export interface ReadUsage {
  readonly tokens: Tokens;
  readonly writesAreSplit: boolean;
  readonly kinds: UsageKinds;
  readonly others: ReturnType<typeof normalise>['others'];
}

/**
 * Converts a usage object of any provider into the kinds of a call. Counts that can't be stored are dropped.
 */
export function tokensOf(raw: unknown): ReadUsage {
  const { kinds, others } = normalise(raw);
  return { tokens: tokensFrom(kinds), writesAreSplit: kinds.cache_write === undefined, kinds, others };
}

export function tokensFrom(kinds: UsageKinds): Tokens {
  const reasoning = countOrZero(kinds.reasoning);
  return {
    input: countOrZero(kinds.input) + countOrZero(kinds.audio_in) + countOrZero(kinds.image_in),
    output:
      countOrZero(kinds.output) + reasoning + countOrZero(kinds.audio_out) + countOrZero(kinds.image_out),
    reasoning,
    cacheRead: countOrZero(kinds.cache_read),
    cacheWrite5m: countOrZero(kinds.cache_write_5m) + countOrZero(kinds.cache_write),
    cacheWrite1h: countOrZero(kinds.cache_write_1h),
  };
}

/** Requests of the provider's own tools by name; null without any. */
export function toolsOf(kinds: UsageKinds): Record<string, number> | null {
  let requests: Record<string, number> | null = null;
  for (const kind in kinds) {
    const count = kind.startsWith(REQUESTS) ? countOrZero(kinds[kind as keyof UsageKinds]) : 0;
    if (count > 0) {
      requests ??= {};
      requests[kind.slice(REQUESTS.length)] = count;
    }
  }
  return requests;
}

const REQUESTS = 'tool_request:';
