import type { MaskLevel } from '@create-something/observability/mask';

/** LANGFUSE_MASK, as the runtime reads it. An invalid value means the strictest level. */
export function maskLevel(
  env: Readonly<Record<string, string | undefined>> = globalThis.process?.env ?? {},
): MaskLevel {
  const level = env['LANGFUSE_MASK']?.trim() || 'standard';
  return level === 'standard' || level === 'off' ? level : 'strict';
}
