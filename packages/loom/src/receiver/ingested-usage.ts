import { langfuseUsage, normalise } from '@create-something/observability/usage';
import { isRecord } from '../json-values.js';
import { asNumbers, withoutUndefined } from './read-values.js';

/** The names in `usage` (older) and in `usageDetails`. OpenAI's names are also allowed there. */
const COUNT_NAMES: Readonly<Record<string, readonly string[]>> = {
  input: ['input', 'promptTokens', 'prompt_tokens', 'input_tokens'],
  output: ['output', 'completionTokens', 'completion_tokens', 'output_tokens'],
  total: ['total', 'totalTokens', 'total_tokens'],
};
const COST_NAMES = { input: 'inputCost', output: 'outputCost', total: 'totalCost' };

/** Counts and costs of an observation's body, under any of their names. */
export function usageOf(
  body: Record<string, unknown>,
): { counts?: Record<string, number>; cost?: Record<string, number> } | undefined {
  const parts = partsOf(body.usageDetails) ?? partsOf(body.usage);
  if (parts) {
    return { counts: parts };
  }
  const details = asNumbers(body.usageDetails);
  const older = asNumbers(body.usage);
  if (!details && !older) {
    return undefined;
  }
  const unit = isRecord(body.usage) ? body.usage.unit : undefined;
  // Characters and seconds are not tokens, and have no price per token.
  const countsTokens = details !== null || unit === undefined || unit === null || unit === 'TOKENS';
  const cost = renamed(older ?? {}, (kind) => [COST_NAMES[kind as keyof typeof COST_NAMES] ?? '']);
  return withoutUndefined({
    counts: countsTokens ? withOthers(details ?? {}, older ?? {}) : undefined,
    cost: Object.keys(cost).length > 0 ? cost : undefined,
  });
}

/** OpenAI's own usage object, in which details are parts of the sums. Undefined for any other object. */
function partsOf(usage: unknown): Record<string, number> | undefined {
  return isRecord(usage) && DETAILS.some((name) => isRecord(usage[name]))
    ? (langfuseUsage(normalise(usage)) as Record<string, number>)
    : undefined;
}

const DETAILS = [
  'prompt_tokens_details',
  'completion_tokens_details',
  'input_tokens_details',
  'output_tokens_details',
];

function withOthers(details: Record<string, number>, older: Record<string, number>): Record<string, number> {
  const known = new Set(Object.values(COUNT_NAMES).flat());
  const others = Object.entries(details).filter(([name]) => !known.has(name));
  return {
    ...renamed(older, (kind) => COUNT_NAMES[kind] ?? []),
    ...renamed(details, (kind) => COUNT_NAMES[kind] ?? []),
    ...Object.fromEntries(others),
  };
}

function renamed(
  from: Record<string, number>,
  namesOf: (kind: string) => readonly string[],
): Record<string, number> {
  const entries = Object.keys(COUNT_NAMES).flatMap((kind) => {
    const name = namesOf(kind).find((candidate) => from[candidate] !== undefined);
    return name === undefined ? [] : [[kind, from[name] as number] as const];
  });
  return Object.fromEntries(entries);
}
