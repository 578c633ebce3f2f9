import { dollarsToMicros, type Micros } from '../../money.js';
import type { PriceCall } from '../../prices/price.js';
import type { ReceivedSpan } from '../trace.js';

/**
 * Larger values of one call are implausible, and their sums would exceed the exact range of SQLite and of a
 * double.
 */
const MAX_TOKENS = 1e9;
const MAX_MICROS = 1e10;

export interface Costs {
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly totalTokens: number | null;
  readonly micros: Micros | null;
  /** Null if there are no tokens and no cost. */
  readonly basis: 'reported' | 'calculated' | 'unpriced' | null;
}

/** The costs that were stored with the row. */
export function costsIn(row: {
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  readonly total_tokens: number | null;
  readonly cost_micros: Micros | null;
  readonly cost_basis: Costs['basis'];
}): Costs {
  return {
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    totalTokens: row.total_tokens,
    micros: row.cost_micros,
    basis: row.cost_basis,
  };
}

/**
 * Langfuse's kinds that Loom's pricer distinguishes. Kinds do not overlap, so the others are inputs or
 * outputs.
 */
const CACHE_READS = ['cache_read_input_tokens', 'input_cached_tokens', 'input_cache_read'];
const CACHE_WRITES = ['cache_creation_input_tokens', 'input_cache_creation', 'input_cache_creation_5m'];
const CACHE_WRITES_1H = ['input_cache_creation_1h'];
const CACHED: ReadonlySet<string> = new Set([...CACHE_READS, ...CACHE_WRITES, ...CACHE_WRITES_1H]);

/** A call of a model. Spans around such calls may have a model too. */
export function isGeneration(span: Pick<ReceivedSpan, 'type' | 'model' | 'usage'>): boolean {
  return (
    span.type === 'generation' || span.type === 'embedding' || (span.model !== null && span.usage !== null)
  );
}

/** Cost of a generation: reported, or from list prices, or unpriced (which is not $0). */
export function costsOf(span: ReceivedSpan, pricer: PriceCall): Costs {
  const usage = plausible(span.usage, MAX_TOKENS);
  const sum = (kinds: Iterable<string>) => {
    let total = 0;
    for (const kind of kinds) {
      total += usage.get(kind) ?? 0;
    }
    return total;
  };
  const kinds = [...usage.keys()].filter((kind) => kind !== 'total');
  const outputs = kinds.filter((kind) => kind.startsWith('output'));
  const inputs = kinds.filter((kind) => !kind.startsWith('output'));
  const total = Math.round(Math.min(usage.get('total') ?? sum(kinds), MAX_TOKENS));
  const tokens = {
    inputTokens: inputs.length > 0 ? Math.round(sum(inputs)) : null,
    outputTokens: outputs.length > 0 ? Math.round(sum(outputs)) : null,
    totalTokens: usage.size > 0 ? total : null,
  };
  const reported = reportedMicros(span.cost);
  if (reported !== null) {
    return { ...tokens, micros: reported, basis: 'reported' };
  }
  if (total === 0) {
    return { ...tokens, micros: null, basis: null };
  }
  const micros =
    span.model === null || sum(kinds) === 0
      ? null
      : pricer({
          model: span.model,
          provider: null,
          service_tier: null,
          started_at: span.startMs,
          input_tokens: Math.round(sum(inputs.filter((kind) => !CACHED.has(kind)))),
          output_tokens: tokens.outputTokens ?? 0,
          cache_read_tokens: Math.round(sum(CACHE_READS)),
          cache_write_5m_tokens: Math.round(sum(CACHE_WRITES)),
          cache_write_1h_tokens: Math.round(sum(CACHE_WRITES_1H)),
        }).micros;
  return { ...tokens, micros, basis: micros === null ? 'unpriced' : 'calculated' };
}

function reportedMicros(cost: ReceivedSpan['cost']): Micros | null {
  const parts = plausible(cost, MAX_MICROS / 1e6);
  if (parts.size === 0) {
    return null;
  }
  const sum = [...parts.values()].reduce((total, dollars) => total + dollars, 0);
  return Math.min(dollarsToMicros(parts.get('total') ?? sum), MAX_MICROS);
}

function plausible(counts: Readonly<Record<string, number>> | null, max: number): Map<string, number> {
  return new Map(Object.entries(counts ?? {}).filter(([, count]) => count >= 0 && count <= max));
}
