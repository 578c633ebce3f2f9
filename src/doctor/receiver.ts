import { LOCAL_RECEIVER } from '../scaffold/langfuse-keys.js';
import { type Diagnosis, notice, skipped } from './diagnosis.js';
import { baseUrl, isLoopback } from './host.js';
import { type Situation, wants } from './situation.js';

/** Checks whether a receiver on this machine shows traces without an account. */
export function checkReceiver(situation: Situation): Diagnosis[] {
  const { receiver, variables } = situation;
  const { url } = baseUrl(variables);
  if (receiver === undefined || url === undefined || isLoopback(url) || !wants(situation, 'langfuse'))
    return [];
  if (!receiver)
    return [
      skipped('receiver', {
        message: `No receiver runs at ${LOCAL_RECEIVER} (npx lm dashboard shows traces without an account).`,
      }),
    ];
  return [
    notice('receiver', {
      message: `A receiver runs at ${LOCAL_RECEIVER}, but traces go to ${url.origin}.`,
      fix: `To see them here: init --local, or LANGFUSE_BASE_URL=${LOCAL_RECEIVER} in .dev.vars`,
    }),
  ];
}
