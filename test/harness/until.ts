import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Checks every `everyMs` milliseconds until the result is true. Inside a test, `expect.poll` gives a better message.
 * @returns false if it was not true within `timeoutMs` milliseconds
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
