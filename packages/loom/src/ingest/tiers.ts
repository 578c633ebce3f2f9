import { textOrNull } from '../json-values.js';

/** Names of agents and providers for the tier, speed and region with the list price. */
const USUAL: ReadonlySet<string> = new Set([
  'standard',
  'normal',
  'default',
  'auto',
  'on_demand',
  'global',
  'not_available',
]);

/** A tier, speed or region other than the default, which may have its own price. */
export function unusual(value: unknown): string | null {
  const name = textOrNull(value)?.toLowerCase() ?? null;
  return name === null || USUAL.has(name) ? null : name;
}
