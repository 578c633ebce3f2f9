import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { EXIT, LoomError } from '../errors.js';

/** `.loom/routing.json`, written by hand. All members are optional. */
const Config = z.strictObject({
  /** Only these agents may be recommended. */
  agents: z.array(z.string()).optional(),
  models: z.array(z.string()).optional(),
  /** Pairs that may be recommended without history. */
  candidates: z.array(z.strictObject({ agent: z.string(), model: z.string() })).optional(),
  /** Value of a success and of an hour, in US dollars. */
  weights: z
    .strictObject({ success: z.number().positive().optional(), hour: z.number().min(0).optional() })
    .optional(),
  /** Successes and failures that replace missing history. */
  prior: z.tuple([z.number().positive(), z.number().positive()]).optional(),
  half_life_days: z.number().positive().optional(),
  /** An issue counts as done if it is not reopened within this time. */
  settle_hours: z.number().min(0).optional(),
});
export type RoutingConfig = z.infer<typeof Config>;

export function readRoutingConfig(loomDir: string): RoutingConfig {
  const path = join(loomDir, 'routing.json');
  if (!existsSync(path)) {
    return {};
  }
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new LoomError(`${path} is not JSON: ${(error as Error).message}`, 'Correct it.', EXIT.usage);
  }
  const read = Config.safeParse(json);
  if (!read.success) {
    throw new LoomError(
      `${path}: ${z.prettifyError(read.error).replaceAll(/\s+/g, ' ')}`,
      'It may have: agents, models, candidates, weights { success, hour }, prior [successes, failures], half_life_days, settle_hours.',
      EXIT.usage,
    );
  }
  return read.data;
}
