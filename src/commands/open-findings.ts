import type { Finding } from '../core/findings.js';
import type { Plan } from '../core/plan.js';
import { SWITCHED_OFF } from '../wrangler/plan-observability.js';

/** Findings that the change does not fix, and settings that it overrides. */
export function openFindings(plan: Plan): Finding[] {
  return plan.findings.flatMap((finding) => {
    if (finding.resolution !== 'planned') return [finding];
    if (!SWITCHED_OFF.has(finding.rule)) return [];
    return [
      { ...finding, level: 'warning', fix: 'This change sets it to true. To keep it off: --keep-disabled' },
    ];
  });
}
