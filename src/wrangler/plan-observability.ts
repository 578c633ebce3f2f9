import type { Edit } from '../core/edits.js';
import type { Finding } from '../core/findings.js';
import { editsFor } from './apply-changes.js';
import type { WranglerDocument } from './document.js';
import { formatNamed } from './formats.js';
import { planScope } from './observability-block.js';
import type { ObservabilityIntent } from './observability-intent.js';
import { observabilityScopes } from './observability-scopes.js';
import { located, type Remark } from './remark.js';
import { checkedSampling } from './sampling.js';

/** An explicit `false`. Then a finding always reports the decision. */
export const SWITCHED_OFF: ReadonlySet<string> = new Set([
  'wrangler/traces-disabled',
  'wrangler/observability-disabled',
]);

/**
 * Plans layer 1 for one config: the edits that make Cloudflare record traces at the top level and in every
 * environment that replaces the block, and findings for the user. Without edits, traces are already on, or a
 * finding explains why no edit is possible. Existing rates, logs, destinations and `persist` stay.
 * @throws UsageError if `sampling` is not from 0 to 1.
 */
export function planObservability(
  document: WranglerDocument,
  intent: ObservabilityIntent,
): { edits: Edit[]; findings: Finding[] } {
  if (intent.sampling !== undefined) checkedSampling(intent.sampling);
  if (document.value.pages_build_output_dir !== undefined) {
    return { edits: [], findings: located([pagesRemark()], document) };
  }
  const plans = observabilityScopes(document.value).map((scope) => planScope(scope, intent));
  const changes = plans.flatMap((plan) => plan.changes);
  const remarks = plans.flatMap((plan) => plan.remarks);
  const edits = editsFor(document, changes);
  if (edits !== undefined) return { edits, findings: located(remarks, document) };
  const refusal: Remark = {
    rule: 'wrangler/not-editable',
    path: ['observability'],
    message: "This config can't be changed without touching other lines.",
    resolution: 'manual',
    fix: `Edit it by hand to contain:\n${formatNamed(document.format).snippet(changes)}`,
  };
  return { edits: [], findings: located([...remarks.map(byHand), refusal], document) };
}

/** The edit was not possible, so the finding must not promise it. */
function byHand(remark: Remark): Remark {
  if (remark.resolution !== 'planned') return remark;
  return { ...remark, fix: 'Edit it by hand, as wrangler/not-editable shows.', resolution: 'manual' };
}

function pagesRemark(): Remark {
  return {
    rule: 'wrangler/pages',
    path: ['pages_build_output_dir'],
    message: 'This is a Pages project, and Wrangler rejects observability in its config.',
    fix: 'Skip this layer: init --layers langfuse,loom. To get it, move the project to Workers with static assets.',
  };
}
