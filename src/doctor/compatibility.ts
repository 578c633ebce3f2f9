import { compatibilityFindings } from '../wrangler/compatibility.js';
import { type Diagnosis, ok, type Situation, wants, wrong } from './situation.js';

/** What the compatibility date and flags keep from the runtime. */
export function checkCompatibility(situation: Situation): Diagnosis[] {
  const { config } = situation;
  if (config === null || !wants(situation, 'langfuse')) return [];
  return compatibilityFindings(config)
    .filter(({ rule }) => rule !== 'wrangler/process-env-empty')
    .map(({ level, message, fix }) =>
      level === 'info' ? ok('compatibility', message) : wrong('compatibility', message, fix),
    );
}
