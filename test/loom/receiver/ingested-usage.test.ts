import { expect, it } from 'vitest';
import { usageOf } from '../../../packages/loom/src/receiver/ingested-usage.js';

// A pure function, which reads no database.
it.each([
  [
    "OpenAI's chat usage",
    {
      prompt_tokens: 1000,
      completion_tokens: 300,
      total_tokens: 1300,
      prompt_tokens_details: { cached_tokens: 800 },
      completion_tokens_details: { reasoning_tokens: 100 },
    },
    { input: 200, output: 200, total: 1300, input_cached_tokens: 800, output_reasoning_tokens: 100 },
  ],
  [
    "OpenAI's responses usage",
    {
      input_tokens: 50,
      output_tokens: 20,
      total_tokens: 70,
      output_tokens_details: { reasoning_tokens: 5 },
    },
    { input: 50, output: 15, total: 70, output_reasoning_tokens: 5 },
  ],
  ['names of its own', { input: 5, output: 2, minutes: 3 }, { input: 5, output: 2, minutes: 3 }],
])('%s has kinds that do not overlap', (_, usageDetails, counts) => {
  expect(usageOf({ usageDetails })).toEqual({ counts });
});
