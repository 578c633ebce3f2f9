import { expect, it } from 'vitest';
import { loadPricer } from '../../../packages/loom/src/prices/pricer.js';
import { project } from '../project.js';

const NO_TOKENS = {
  input_tokens: 0,
  output_tokens: 0,
  cache_read_tokens: 0,
  cache_write_5m_tokens: 0,
  cache_write_1h_tokens: 0,
};

async function priced(model: string, tokens: Partial<typeof NO_TOKENS>) {
  const price = await loadPricer(project().loomDir);
  const started_at = Date.parse('2026-10-01T00:00:00Z');
  return price({ ...NO_TOKENS, ...tokens, model, provider: null, service_tier: null, started_at });
}

/** Anthropic's price for Haiku 4.5: $1 for a million tokens of input. Amazon's regions cost a tenth more. */
it.each([
  ['publishers/anthropic/models/claude-haiku-4-5@20251001', 100_000],
  ['projects/mine/locations/global/publishers/anthropic/models/claude-haiku-4-5@20251001', 100_000],
  ['google-vertex/claude-haiku-4-5@20251001', 100_000],
  ['bedrock/global.anthropic.claude-haiku-4-5-20251001-v1:0', 100_000],
  ['bedrock/eu-central-1/anthropic.claude-haiku-4-5-20251001-v1:0', 110_000],
  ['bedrock/us-gov-west-1/anthropic.claude-haiku-4-5-20251001-v1:0', 110_000],
  ['bedrock/converse/eu.anthropic.claude-haiku-4-5-20251001-v1:0', 110_000],
  ['amazon-bedrock/us.anthropic.claude-haiku-4-5-20251001-v1:0[1m]', 110_000],
])('%s has the price of its provider', async (model, cost) => {
  const { micros, version, bound } = await priced(model, { input_tokens: 100_000 });
  expect([micros, bound]).toEqual([cost, null]);
  expect(version).not.toContain('alone');
});

it('a region of Vertex that no table has makes the price a lower bound', async () => {
  const model = 'projects/mine/locations/europe-west1/publishers/anthropic/models/claude-haiku-4-5@20251001';
  expect(await priced(model, { input_tokens: 100_000 })).toMatchObject({
    micros: 100_000,
    bound: expect.stringContaining('region'),
  });
});

it.each([
  'claude-haiku-4-5',
  'anthropic/claude-haiku-4.5',
  'openrouter/anthropic/claude-haiku-4.5',
  'google-vertex/claude-haiku-4-5@20251001',
])('writes for an hour cost twice the input, even if a table lacks them: %s', async (model) => {
  const { micros } = await priced(model, { cache_write_1h_tokens: 100_000 });
  expect(micros).toBe(200_000);
});
