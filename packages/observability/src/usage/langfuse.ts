import type { Usage } from '../types.js';
import type { NormalisedUsage, UsageHint } from './normalise.js';

/**
 * Converts usage to the names in Langfuse's price tables. The name of cache reads depends on the model's provider.
 * @returns tokens by name, without zeros
 */
export function langfuseUsage(
  { kinds, total }: Pick<NormalisedUsage, 'kinds' | 'total'>,
  { model, provider }: UsageHint = {},
): Usage {
  const { cache_write, cache_write_5m, cache_write_1h } = kinds;
  const anthropic =
    /claude|anthropic/i.test(`${model} ${provider}`) || cache_write || cache_write_5m || cache_write_1h;
  const usage: Usage = {
    input: kinds.input,
    output: kinds.output,
    total,
    input_cached_tokens: anthropic ? undefined : kinds.cache_read,
    output_reasoning_tokens: kinds.reasoning,
    cache_read_input_tokens: anthropic ? kinds.cache_read : undefined,
    cache_creation_input_tokens: cache_write,
    input_cache_creation_5m: cache_write_5m,
    input_cache_creation_1h: cache_write_1h,
    input_audio_tokens: kinds.audio_in,
    output_audio_tokens: kinds.audio_out,
    input_image_tokens: kinds.image_in,
    output_image_tokens: kinds.image_out,
  };
  for (const name in usage) if (!(Number(usage[name]) > 0)) delete usage[name];
  return usage;
}
