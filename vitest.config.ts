import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Tests behave as for a person, even if an agent runs them. */
const env = { AI_AGENT: 'none' };

/** One more than cores: a file that starts processes and servers waits for them half of its time. */
const maxWorkers = availableParallelism() + 1;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts', 'packages/*/test/**/*.test.ts'],
          exclude: ['**/node_modules/**', 'test/e2e/**'],
          maxWorkers,
          env,
          // Generous: a shared machine may be ten times slower than usual, and no test asserts a time.
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          env,
          // Each starts workerd, npm or a browser of its own, on free ports.
          maxWorkers: Math.min(4, maxWorkers),
          globalSetup: ['test/e2e/registry/set-up.ts'],
          // After the others, so that a fault of one part is seen before the whole is tried.
          sequence: { groupOrder: 1 },
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
