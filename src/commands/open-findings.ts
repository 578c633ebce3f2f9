import type { Finding } from '../core/findings.js';
import type { Plan } from '../core/plan.js';
import { SWITCHED_OFF } from '../wrangler/plan-observability.js';

/** What the change itself does not put right; and what it overrules, as it does so. */
export function openFindings(plan: Plan): Finding[] {
  return plan.findings.flatMap((finding) => {
    if (finding.resolution !== 'planned') return [finding];
    if (!SWITCHED_OFF.has(finding.rule)) return [];
    return [
      { ...finding, level: 'warning', fix: 'This change sets it to true. To keep it off: --keep-disabled' },
    ];
  });
}
