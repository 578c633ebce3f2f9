import type { MaskLevel } from '@create-something/observability/mask';

/** LANGFUSE_MASK, as the runtime reads it: what it cannot mean is the level that shows the least. */
export function maskLevel(
  env: Readonly<Record<string, string | undefined>> = globalThis.process?.env ?? {},
): MaskLevel {
  const level = env['LANGFUSE_MASK']?.trim() || 'standard';
  return level === 'standard' || level === 'off' ? level : 'strict';
}
