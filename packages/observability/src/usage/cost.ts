// biome-ignore lint/suspicious/noExplicitAny: usage objects of many providers; every value is checked where it is read
type Any = any;

/** xAI reports costs in ticks (docs, "cost_in_usd_ticks"). */
const TICKS_PER_DOLLAR = 1e10;

/**
 * The cost that a provider reports for a call, in US dollars. Undefined if it reports no cost, or only a part. With the
 * user's own key, OpenRouter reports its own fee as `cost`, and the provider's price separately.
 * @param raw the provider's usage object
 * @param metadata `providerMetadata` of the AI SDK, one for each step
 */
export function reportedCost(raw: unknown, metadata: readonly unknown[] = []): number | undefined {
  const own = costIn(Object(raw));
  if (own !== undefined) return own;
  const steps = metadata.map((step: Any) => {
    const { openrouter, gateway } = Object(step);
    return openrouter ? costIn(Object(openrouter.usage)) : amount(Number(gateway?.cost ?? Number.NaN));
  });
  return steps.length > 0 && steps.every((cost) => cost !== undefined)
    ? steps.reduce<number>((sum, cost) => sum + (cost ?? 0), 0)
    : undefined;
}

function costIn(usage: Any): number | undefined {
  const { cost, cost_in_usd_ticks: ticks, costUSD } = usage;
  if (ticks !== undefined) return amount(ticks / TICKS_PER_DOLLAR);
  if (costUSD !== undefined) return amount(costUSD);
  // Perplexity reports an object with the parts of the cost.
  if (typeof cost === 'object' && cost !== null) return amount(cost.total_cost);
  const fee = amount(cost);
  const details = usage.cost_details ?? usage.costDetails;
  const upstream = amount(details?.upstream_inference_cost ?? details?.upstreamInferenceCost);
  const byok = usage.is_byok ?? usage.isByok;
  if (byok === true || (byok === undefined && upstream)) {
    return fee === undefined || upstream === undefined ? undefined : fee + upstream;
  }
  return fee;
}

function amount(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}
