import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks again every `everyMs` milliseconds until the answer is yes. Inside a test, `expect.poll` says more.
 * @returns false when `timeoutMs` milliseconds passed without a yes
 */
export async function until(
  ask: () => boolean | Promise<boolean>,
  { everyMs = 50, timeoutMs }: { readonly everyMs?: number; readonly timeoutMs: number },
): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (!(await ask())) {
    if (Date.now() > deadline) return false;
    await sleep(everyMs);
  }
  return true;
}
