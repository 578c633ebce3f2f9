import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/harness/test-order.js';

/** All tests share these settings. */
const common = {
  // Tests that a coding agent starts behave as they do for a person.
  env: { AI_AGENT: 'none' },
  // One more than cores: a file that starts processes and servers waits for them half of its time.
  maxWorkers: availableParallelism() + 1,
  // Generous: a shared machine may be ten times slower than usual, and no test asserts a time.
  testTimeout: 90_000,
  hookTimeout: 90_000,
  expect: { poll: { timeout: 20_000 } },
};

/**
 * The generator keeps nothing between two runs, so its files share a process that has loaded the compiler once. One file
 * replaces a module, and has a process of its own.
 */
const GENERATOR = [
  ...['apply', 'atlas', 'checks', 'commands', 'core', 'doctor', 'hostile', 'project'],
  ...['reports', 'rewrite', 'scaffold', 'text', 'tools', 'wrangler'],
].map((folder) => `test/${folder}/**/!(reads).test.ts`);

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          ...common,
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', ...GENERATOR],
        },
      },
      { test: { ...common, name: 'generator', include: GENERATOR, isolate: false } },
      {
        test: {
          ...common,
          // Each starts workerd, npm or a browser of its own, on free ports.
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/e2e/registry/set-up.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
