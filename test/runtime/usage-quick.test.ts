import { normalise } from '@create-something/observability/usage';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { normalise as byTheLongWay } from '../../packages/observability/src/usage/normalise.js';

const count = fc.oneof(
  fc.nat(1000),
  fc.constantFrom(0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, null, undefined, '12', [], {}),
);
const usage = fc.record(
  {
    input_tokens: count,
    output_tokens: count,
    cache_read_input_tokens: count,
    cache_creation_input_tokens: count,
    cache_creation: fc.oneof(
      fc.constant(null),
      fc.record({ ephemeral_5m_input_tokens: count, ephemeral_1h_input_tokens: count }, { requiredKeys: [] }),
    ),
    server_tool_use: fc.oneof(
      fc.constant(null),
      fc.record({ web_search_requests: count, web_fetch_requests: count }, { requiredKeys: [] }),
    ),
    service_tier: fc.constantFrom('standard', 'batch', null),
    iterations: fc.constantFrom(
      null,
      [],
      [{ type: 'message', input_tokens: 1, output_tokens: 1 }],
      [{ type: 'advisor_message', model: 'other', input_tokens: 5, output_tokens: 2 }],
    ),
    prompt_tokens: count,
    total_tokens: count,
  },
  { requiredKeys: [] },
);

it('counts common usage the same in both functions', () => {
  const plain = { ...Object.fromEntries(['input_tokens', 'output_tokens'].map((name) => [name, 7])) };
  fc.assert(
    fc.property(usage, (raw) => {
      expect(normalise(raw)).toEqual(byTheLongWay(raw));
      const likely = { cache_read_input_tokens: 3, cache_creation_input_tokens: 900, ...plain, ...raw };
      expect(normalise(likely)).toEqual(byTheLongWay(likely));
    }),
    { numRuns: 2000 },
  );
});
