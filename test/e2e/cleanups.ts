import { afterAll, afterEach } from 'vitest';

/** What a test, or a whole file, has to take down again; it is done last in, first out, also after a failure. */
export function cleanups(after: 'test' | 'file' = 'test'): (cleanup: () => Promise<void>) => void {
  const stack: (() => Promise<void>)[] = [];
  const end = after === 'test' ? afterEach : afterAll;
  end(async () => {
    for (const cleanup of stack.splice(0).reverse()) await cleanup();
  });
  return (cleanup) => void stack.push(cleanup);
}
