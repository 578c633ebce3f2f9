import {
  langfuseUsage,
  normalise,
  reportedCost,
  type UsageHint,
  type UsageKinds,
} from '@create-something/observability/usage';
import fc from 'fast-check';
import { expect, test } from 'vitest';

interface Told {
  readonly who: string;
  readonly raw: object;
  readonly hint?: UsageHint;
  readonly kinds: UsageKinds;
  readonly exact?: boolean;
}

const told: Told[] = [
  {
    who: 'OpenAI chat: parts within, including audio',
    raw: {
      prompt_tokens: 500,
      completion_tokens: 90,
      total_tokens: 590,
      prompt_tokens_details: { cached_tokens: 200, audio_tokens: 100 },
      completion_tokens_details: { reasoning_tokens: 30, audio_tokens: 20 },
    },
    kinds: { input: 200, cache_read: 200, audio_in: 100, output: 40, reasoning: 30, audio_out: 20 },
  },
  {
    who: 'OpenAI responses',
    raw: {
      input_tokens: 70,
      input_tokens_details: { cached_tokens: 20 },
      output_tokens: 30,
      output_tokens_details: { reasoning_tokens: 30 },
      total_tokens: 100,
    },
    kinds: { input: 50, cache_read: 20, reasoning: 30 },
  },
  {
    who: 'OpenAI images',
    raw: {
      input_tokens: 60,
      input_tokens_details: { text_tokens: 10, image_tokens: 50 },
      output_tokens: 400,
      output_tokens_details: { image_tokens: 400 },
      total_tokens: 460,
    },
    kinds: { input: 10, image_in: 50, image_out: 400 },
  },
  {
    who: 'xAI: reasoning separate from the completion, as the total shows',
    raw: {
      prompt_tokens: 40,
      completion_tokens: 8,
      total_tokens: 60,
      completion_tokens_details: { reasoning_tokens: 12 },
      num_sources_used: 3,
    },
    kinds: { input: 40, output: 8, reasoning: 12, 'tool_request:search_source': 3 },
  },
  {
    who: 'xAI: less reasoning than completion, still separate',
    raw: {
      prompt_tokens: 40,
      completion_tokens: 20,
      total_tokens: 65,
      completion_tokens_details: { reasoning_tokens: 5 },
    },
    kinds: { input: 40, output: 20, reasoning: 5 },
  },
  {
    who: 'Moonshot: cached tokens outside the details, within the prompt',
    raw: { prompt_tokens: 900, completion_tokens: 10, total_tokens: 910, cached_tokens: 768 },
    kinds: { input: 132, cache_read: 768, output: 10 },
  },
  {
    who: 'DeepSeek',
    raw: {
      prompt_tokens: 100,
      completion_tokens: 5,
      total_tokens: 105,
      prompt_cache_hit_tokens: 64,
      prompt_cache_miss_tokens: 36,
    },
    kinds: { input: 36, cache_read: 64, output: 5 },
  },
  {
    who: 'OpenRouter: a cache write within the prompt',
    raw: {
      prompt_tokens: 1000,
      completion_tokens: 9,
      total_tokens: 1009,
      prompt_tokens_details: { cached_tokens: 300, cache_write_tokens: 600 },
    },
    kinds: { input: 100, cache_read: 300, cache_write: 600, output: 9 },
  },
  {
    who: 'LiteLLM: both Anthropic’s and OpenAI’s names, all within',
    raw: {
      prompt_tokens: 1000,
      completion_tokens: 9,
      total_tokens: 1009,
      cache_read_input_tokens: 300,
      cache_creation_input_tokens: 600,
    },
    kinds: { input: 100, cache_read: 300, cache_write: 600, output: 9 },
  },
  {
    who: 'Anthropic: all separate, two lifetimes, a fee',
    raw: {
      input_tokens: 3,
      cache_read_input_tokens: 700,
      cache_creation_input_tokens: 100,
      cache_creation: { ephemeral_5m_input_tokens: 40, ephemeral_1h_input_tokens: 50 },
      output_tokens: 30,
      output_tokens_details: { thinking_tokens: 12 },
      server_tool_use: { web_search_requests: 2, web_fetch_requests: 0 },
    },
    kinds: {
      input: 3,
      cache_read: 700,
      cache_write: 10,
      cache_write_5m: 40,
      cache_write_1h: 50,
      output: 18,
      reasoning: 12,
      'tool_request:web_search': 2,
    },
  },
  {
    who: 'Bedrock Converse',
    raw: {
      inputTokens: 4,
      outputTokens: 6,
      totalTokens: 120,
      cacheReadInputTokens: 80,
      cacheWriteInputTokens: 30,
      cacheDetails: [{ ttl: '1h', inputTokens: 30 }],
    },
    kinds: { input: 4, cache_read: 80, cache_write_1h: 30, output: 6 },
  },
  {
    who: 'Gemini: thoughts and tool prompts separate, cached within',
    raw: {
      promptTokenCount: 200,
      cachedContentTokenCount: 50,
      toolUsePromptTokenCount: 7,
      candidatesTokenCount: 20,
      thoughtsTokenCount: 30,
      totalTokenCount: 257,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 100 },
        { modality: 'AUDIO', tokenCount: 60 },
        { modality: 'IMAGE', tokenCount: 40 },
      ],
    },
    kinds: { input: 57, cache_read: 50, audio_in: 60, image_in: 40, output: 20, reasoning: 30 },
  },
  {
    who: 'Workers AI',
    raw: { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 },
    kinds: { input: 9, output: 2 },
  },
  {
    who: 'AI SDK 4 with Anthropic',
    raw: { promptTokens: 4, completionTokens: 6, totalTokens: 10 },
    hint: {
      metadata: [{ anthropic: { cacheCreationInputTokens: 30, cacheReadInputTokens: 70 } }],
    },
    kinds: { input: 4, cache_read: 70, cache_write: 30, output: 6 },
  },
  {
    who: 'AI SDK 4 with OpenAI',
    raw: { promptTokens: 40, completionTokens: 6, totalTokens: 46 },
    hint: { metadata: [{ openai: { cachedPromptTokens: 30, reasoningTokens: 2 } }] },
    kinds: { input: 10, cache_read: 30, output: 6 },
  },
  {
    who: 'AI SDK 5 with Anthropic: the cache separate, writes only in the metadata',
    raw: { inputTokens: 4, outputTokens: 6, totalTokens: 10, cachedInputTokens: 70 },
    hint: {
      provider: 'anthropic.messages',
      metadata: [
        {
          anthropic: {
            cacheCreationInputTokens: 30,
            usage: {
              input_tokens: 4,
              cache_creation_input_tokens: 30,
              cache_read_input_tokens: 70,
              cache_creation: { ephemeral_1h_input_tokens: 30, ephemeral_5m_input_tokens: 0 },
            },
          },
        },
      ],
    },
    kinds: { input: 4, cache_read: 70, cache_write_1h: 30, output: 6 },
  },
  {
    who: 'AI SDK 5 with Anthropic, more input than cached',
    raw: { inputTokens: 400, outputTokens: 6, totalTokens: 406, cachedInputTokens: 70 },
    hint: { provider: 'anthropic.messages' },
    kinds: { input: 400, cache_read: 70, output: 6 },
  },
  {
    who: 'AI SDK 5 with OpenAI',
    raw: { inputTokens: 400, outputTokens: 60, totalTokens: 460, cachedInputTokens: 70, reasoningTokens: 20 },
    hint: { provider: 'openai.responses' },
    kinds: { input: 330, cache_read: 70, output: 40, reasoning: 20 },
  },
  {
    who: 'AI SDK 5 with an unknown provider: the counts are ambiguous',
    raw: { inputTokens: 400, outputTokens: 6, totalTokens: 406, cachedInputTokens: 70 },
    kinds: { input: 330, cache_read: 70, output: 6 },
    exact: false,
  },
  {
    who: 'AI SDK 6 and 7 with Anthropic: the cache within, the lifetimes in the raw usage',
    raw: {
      inputTokens: 104,
      inputTokenDetails: { noCacheTokens: 4, cacheReadTokens: 70, cacheWriteTokens: 30 },
      outputTokens: 16,
      outputTokenDetails: { textTokens: 6, reasoningTokens: 10 },
      totalTokens: 120,
      cachedInputTokens: 70,
      reasoningTokens: 10,
      raw: {
        input_tokens: 4,
        output_tokens: 16,
        cache_creation_input_tokens: 30,
        cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
        server_tool_use: { web_search_requests: 1 },
      },
    },
    kinds: {
      input: 4,
      cache_read: 70,
      cache_write_5m: 10,
      cache_write_1h: 20,
      output: 6,
      reasoning: 10,
      'tool_request:web_search': 1,
    },
  },
  {
    who: 'a language model of the AI SDK 6',
    raw: {
      inputTokens: { total: 10, noCache: 6, cacheRead: 4, cacheWrite: 0 },
      outputTokens: { total: 3, text: 1, reasoning: 2 },
    },
    kinds: { input: 6, cache_read: 4, output: 1, reasoning: 2 },
  },
  {
    who: 'Codex',
    raw: {
      input_tokens: 100,
      cached_input_tokens: 50,
      cache_write_input_tokens: 40,
      output_tokens: 9,
      reasoning_output_tokens: 3,
      total_tokens: 109,
    },
    kinds: { input: 10, cache_read: 50, cache_write: 40, output: 6, reasoning: 3 },
  },
  {
    who: 'a model in the result of Claude Code',
    raw: {
      inputTokens: 3,
      outputTokens: 5,
      cacheReadInputTokens: 7,
      cacheCreationInputTokens: 11,
      cacheCreationEphemeral1hInputTokens: 11,
      webSearchRequests: 1,
    },
    kinds: { input: 3, output: 5, cache_read: 7, cache_write_1h: 11, 'tool_request:web_search': 1 },
  },
  {
    who: 'an impossible part of the input',
    raw: {
      prompt_tokens: 5,
      completion_tokens: 2,
      total_tokens: 7,
      prompt_tokens_details: { cached_tokens: 9 },
    },
    kinds: { input: 5, cache_read: 9, output: 2 },
    exact: false,
  },
  {
    who: 'an impossible part of the output without a total',
    raw: { prompt_tokens: 5, completion_tokens: 2, completion_tokens_details: { reasoning_tokens: 9 } },
    kinds: { input: 5, output: 2, reasoning: 9 },
    exact: false,
  },
  {
    who: 'a total with tokens of no part',
    raw: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 50 },
    kinds: { input: 5, output: 2 },
    exact: false,
  },
  {
    who: 'invalid counts',
    raw: { input_tokens: -3, output_tokens: Number.NaN, cache_read_input_tokens: 4 },
    kinds: { cache_read: 4 },
    exact: false,
  },
  { who: 'nothing', raw: {}, kinds: {} },
];

test.each(told)('$who', ({ raw, hint, kinds, exact = true }) => {
  const before = JSON.stringify(raw);
  const usage = normalise(raw, hint);
  expect(usage.kinds).toEqual(kinds);
  expect([usage.exact, usage.notes.length > 0]).toEqual([exact, !exact]);
  expect(JSON.stringify(raw)).toBe(before);
});

test('the usage of other models is separate', () => {
  const counts = (input_tokens: number, output_tokens: number) => ({ input_tokens, output_tokens });
  const iterations = [
    { type: 'compaction', ...counts(900, 40) },
    { type: 'message', ...counts(50, 5) },
    { type: 'advisor_message', model: 'claude-b', ...counts(700, 30) },
  ];
  expect(normalise({ ...counts(50, 5), iterations })).toMatchObject({
    kinds: { input: 50, output: 5 },
    others: [
      { type: 'compaction', model: undefined, kinds: { input: 900, output: 40 } },
      { type: 'advisor_message', model: 'claude-b', kinds: { input: 700, output: 30 } },
    ],
  });
  // A provider that includes them.
  expect(normalise({ ...counts(1650, 75), iterations }).others).toEqual([]);
});

test('a reported cost is the complete cost, or undefined', () => {
  const upstream = { upstream_inference_cost: 0.03 };
  expect(reportedCost({ cost: 0.5 })).toBe(0.5);
  expect(reportedCost({ cost: 0.5, is_byok: false, cost_details: upstream })).toBe(0.5);
  expect(reportedCost({ cost: 0.5, is_byok: true, cost_details: upstream })).toBe(0.53);
  expect(reportedCost({ cost: 0, is_byok: true })).toBeUndefined();
  expect(reportedCost({ cost: { total_cost: 0.2, input_tokens_cost: 0.1 } })).toBe(0.2);
  expect(reportedCost({ cost_in_usd_ticks: 25_000_000 })).toBe(0.0025);
  const step = {
    openrouter: { usage: { cost: 0.25, costDetails: { upstreamInferenceCost: 0.5 }, isByok: true } },
  };
  expect(reportedCost({ inputTokens: 1 }, [step, step])).toBe(1.5);
  expect(reportedCost({ inputTokens: 1 }, [step, {}])).toBeUndefined();
  expect(reportedCost({ cost: -1 })).toBeUndefined();
});

test('cache reads have the name in the provider’s price table', () => {
  const kinds = { input: 1, cache_read: 2 };
  expect(langfuseUsage({ kinds, total: 3 })).toEqual({ input: 1, input_cached_tokens: 2, total: 3 });
  expect(langfuseUsage({ kinds, total: undefined }, { model: 'claude-x' })).toEqual({
    input: 1,
    cache_read_input_tokens: 2,
  });
});

test('nothing is counted twice or lost, for any way to count parts', () => {
  const count = fc.integer({ min: 0, max: 1e6 });
  const parts = fc.record({
    input: count,
    cached: count,
    output: count,
    reasoning: count,
    beside: fc.boolean(),
  });
  fc.assert(
    fc.property(parts, ({ input, cached, output, reasoning, beside }) => {
      const total = input + cached + output + reasoning;
      const { kinds, exact } = normalise({
        prompt_tokens: input + cached,
        prompt_tokens_details: { cached_tokens: cached },
        completion_tokens: beside ? output : output + reasoning,
        completion_tokens_details: { reasoning_tokens: reasoning },
        total_tokens: total,
      });
      expect(exact).toBe(true);
      expect(kinds).toEqual(
        Object.fromEntries(
          Object.entries({ input, cache_read: cached, output, reasoning }).filter(([, n]) => n > 0),
        ),
      );
    }),
  );
});

test('hostile objects give counts above 0, and never throw', () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.constantFrom(
          'prompt_tokens',
          'input_tokens',
          'inputTokens',
          'outputTokens',
          'prompt_tokens_details',
          'cache_creation',
          'cacheDetails',
          'server_tool_use',
          'iterations',
          'raw',
          'total_tokens',
        ),
        fc.anything(),
      ),
      (raw) => {
        for (const n of Object.values(normalise(raw).kinds)) expect(n).toBeGreaterThan(0);
      },
    ),
  );
});
