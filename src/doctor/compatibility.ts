import { compatibilityFindings } from '../wrangler/compatibility.js';
import { type Diagnosis, ok, wrong } from './diagnosis.js';
import { type Situation, wants } from './situation.js';

/** Checks what the compatibility date and flags hide from the runtime. */
export function checkCompatibility(situation: Situation): Diagnosis[] {
  const { config } = situation;
  if (config === null || !wants(situation, 'langfuse')) return [];
  return compatibilityFindings(config)
    .filter(({ rule }) => rule !== 'wrangler/process-env-empty')
    .map((finding) => (finding.level === 'info' ? ok : wrong)('compatibility', finding));
}
