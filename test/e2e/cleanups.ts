import { afterAll, afterEach } from 'vitest';

/** The clean-up of a test or a file. It runs in reverse order, and also after a failure. */
export function cleanups(after: 'test' | 'file' = 'test'): (cleanup: () => Promise<void>) => void {
  const stack: (() => Promise<void>)[] = [];
  const end = after === 'test' ? afterEach : afterAll;
  end(async () => {
    for (const cleanup of stack.splice(0).reverse()) await cleanup();
  });
  return (cleanup) => void stack.push(cleanup);
}
