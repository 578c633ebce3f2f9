import { afterEach } from 'vitest';

/** What a test has to take down again; it is done last in, first out, and also when the test fails. */
export function cleanups(): (cleanup: () => Promise<void>) => void {
  const stack: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const cleanup of stack.splice(0).reverse()) await cleanup();
  });
  return (cleanup) => void stack.push(cleanup);
}
