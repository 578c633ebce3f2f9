import { textOrNull } from '../json-values.js';

/** How agents and providers name the tier, the speed and the place that cost the list price. */
const USUAL: ReadonlySet<string> = new Set([
  'standard',
  'normal',
  'default',
  'auto',
  'on_demand',
  'global',
  'not_available',
]);

/** A tier, speed or place that is not the usual one, and so may have a price of its own. */
export function unusual(value: unknown): string | null {
  const name = textOrNull(value)?.toLowerCase() ?? null;
  return name === null || USUAL.has(name) ? null : name;
}
