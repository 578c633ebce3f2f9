import { formatMicros } from '../money.js';
import type { Estimate, Range } from '../routing/estimate.js';
import { MOSTLY_PRIOR, nameOf, type Recommendation } from '../routing/recommend.js';

/** A recommendation in two lines, with a third line if it explores. */
export function routeLines(decision: string, recommendation: Recommendation): string[] {
  const { chosen, others, kind, own, explored, excluded } = recommendation;
  const [next] = others;
  const first = `${nameOf(chosen)}: ${percent(chosen.chance[1])} chance of success (${spanOf(chosen.chance, percent)}), cost ${rangeText(chosen.cost, formatMicros)}, duration ${rangeText(chosen.duration, duration)}.`;
  const alternative = next
    ? `Next best: ${nameOf(next)} (${percent(next.chance[1])}, ${next.cost ? formatMicros(Math.round(next.cost[1])) : 'cost unknown'}). `
    : '';
  return [
    explored ? `Exploring, because it has little history: ${first}` : first,
    `${alternative}${basis(own)} (${kind.at(-1)}). ${decision}: lm route explain ${decision}`,
    ...(excluded.length > 0
      ? [`Excluded: ${excluded.map(({ estimate, why }) => `${nameOf(estimate)} (${why})`).join(', ')}.`]
      : []),
  ];
}

/** How much of the estimate comes from the user's own history. */
function basis(own: number): string {
  const sessions = `${own} session${own === 1 ? '' : 's'} of this kind`;
  return own < MOSTLY_PRIOR ? `${sessions}: mostly prior` : `From ${sessions}`;
}

export function estimateCells(estimate: Estimate): string[] {
  return [
    nameOf(estimate),
    percent(estimate.chance[1]),
    spanOf(estimate.chance, percent),
    rangeText(estimate.cost, formatMicros),
    rangeText(estimate.duration, duration),
    String(estimate.own),
    percent(estimate.learned),
  ];
}

function rangeText(range: Range | null, show: (value: number) => string): string {
  return range
    ? `${show(Math.round(range[1]))} (${spanOf(range, (value) => show(Math.round(value)))})`
    : 'not known';
}

function spanOf([low, , high]: Range, show: (value: number) => string): string {
  return `${show(low)} to ${show(high)}`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function duration(ms: number): string {
  const minutes = ms / 60_000;
  return minutes < 1
    ? `${Math.round(ms / 1000)} s`
    : minutes < 120
      ? `${Math.round(minutes)} min`
      : `${(minutes / 60).toFixed(1)} h`;
}
