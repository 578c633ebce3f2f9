/** Factor for the price of a request; undefined if unknown. */
export function multiplier(model: string, tier: string | null, geo: string | null): number | undefined {
  const [byTier, byGeo] = [tierFactor(model, tier), geoFactor(model, geo)];
  return byTier === undefined || byGeo === undefined ? undefined : byTier * byGeo;
}

function tierFactor(model: string, tier: string | null): number | undefined {
  if (tier === null) {
    return 1;
  }
  const claude = claudeVersion(model);
  const gpt = /(?:^|[./])gpt-(\d+(?:\.\d+)?)/.exec(model)?.[1];
  switch (tier) {
    case 'batch':
      // Anthropic (docs, "Pricing", batch processing) and OpenAI ("Pricing", batch) charge half.
      return claude || gpt ? 0.5 : undefined;
    case 'flex':
      // OpenAI: "tokens are priced at Batch API rates".
      return gpt ? 0.5 : undefined;
    case 'fast':
      // Anthropic (docs, "Fast mode"): six times, for Opus 4.6. No factor is published there for other
      // models.
      return claude && /opus/.test(model) && claude.major === 4 && claude.minor === 6 ? 6 : undefined;
    case 'priority':
      // OpenAI ("Pricing", priority): twice, for GPT-5 up to 5.4. Anthropic's priority tier has individual
      // prices.
      return gpt && Number(gpt) >= 5 && Number(gpt) <= 5.4 && !/nano|pro/.test(model) ? 2 : undefined;
    default:
      return undefined;
  }
}

/**
 * Anthropic (docs, "Data residency"): 1.1 times within the US, from Opus 4.6. Older models do not offer it.
 */
function geoFactor(model: string, geo: string | null): number | undefined {
  if (geo === null) {
    return 1;
  }
  const claude = claudeVersion(model);
  const offers = claude && (claude.major > 4 || (claude.major === 4 && claude.minor >= 6));
  return geo === 'us' && offers ? 1.1 : undefined;
}

function claudeVersion(model: string): { major: number; minor: number } | undefined {
  const [, major, minor] = /claude-[a-z]+-(\d{1,2})(?:[-.](\d{1,2})(?!\d))?/.exec(model) ?? [];
  return major === undefined ? undefined : { major: Number(major), minor: Number(minor ?? 0) };
}

export function isClaude(model: string): boolean {
  return /claude/i.test(model);
}
