import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Vitest leaves one core free by itself, which on two cores is half of the machine. */
const maxWorkers = Math.max(2, availableParallelism());

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts', 'packages/*/test/**/*.test.ts'],
          exclude: ['**/node_modules/**', 'test/e2e/**'],
          maxWorkers,
          // Generous: a shared machine may be ten times slower than usual, and no test asserts a time.
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          // Each starts workerd, npm or a browser of its own, on free ports, and one at a time leaves half a machine idle.
          maxWorkers: 2,
          // After the others, so that a fault of one part is seen before the whole is tried.
          sequence: { groupOrder: 1 },
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
