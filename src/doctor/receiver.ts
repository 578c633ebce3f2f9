import { baseUrl, isLoopback } from './host.js';
import { type Diagnosis, notice, type Situation, skipped, wants } from './situation.js';

/** Where Loom's receiver listens unless it is told otherwise. */
export const RECEIVER_URL = 'http://127.0.0.1:4319';

/** Whether there is a place on this machine to see traces without an account. */
export function checkReceiver(situation: Situation): Diagnosis[] {
  const { receiver, variables } = situation;
  const { url } = baseUrl(variables);
  if (receiver === undefined || url === undefined || isLoopback(url) || !wants(situation, 'langfuse'))
    return [];
  if (!receiver)
    return [
      skipped(
        'receiver',
        `No receiver runs at ${RECEIVER_URL} (npx lm receiver shows traces without an account).`,
      ),
    ];
  return [
    notice(
      'receiver',
      `A receiver runs at ${RECEIVER_URL}, but traces go to ${url.origin}.`,
      `To see them locally: LANGFUSE_BASE_URL=${RECEIVER_URL} in .dev.vars`,
    ),
  ];
}
