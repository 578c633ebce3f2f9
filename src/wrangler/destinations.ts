import type { ConfigChange, ConfigPath } from './changes.js';
import type { ConfigTable } from './format.js';
import type { ObservabilityIntent } from './observability-intent.js';
import { invalidBlock } from './observability-values.js';
import type { Remark } from './remark.js';
import { isTable } from './worker-settings.js';

/** Names in `observability.traces.destinations`: other services that get Cloudflare's traces. */
type Wanted = Pick<ObservabilityIntent, 'destinations' | 'keepDisabled'>;

/** Destinations missing in an existing `traces` block; a new block contains them from the start. */
export function addedDestinations(path: ConfigPath, block: ConfigTable, wanted: Wanted): ConfigChange[] {
  const { traces } = block;
  const missing = missingIn(block, wanted);
  if (!isTable(traces) || missing.length === 0) return [];
  const at = [...path, 'traces', 'destinations'];
  return Array.isArray(traces.destinations)
    ? [{ kind: 'append', path: at, values: missing }]
    : [{ kind: 'add', path: at, value: missing }];
}

export function missingDestinations(
  path: ConfigPath,
  where: string,
  block: ConfigTable,
  wanted: Wanted,
): Remark[] {
  // A new block contains them, and its absence is already reported.
  if (!isTable(block.traces)) return [];
  return missingIn(block, wanted).map((name) => ({
    rule: 'wrangler/destination-missing',
    path: [...path, 'traces'],
    message: `Traces are not sent to the destination "${name}" ${where}.`,
    fix: 'Run init: it adds the name to observability.traces.destinations.',
    resolution: 'planned',
  }));
}

export function wrongDestinations(
  path: ConfigPath,
  block: ConfigTable,
  { destinations = [] }: Wanted,
): Remark[] {
  const list = isTable(block.traces) ? block.traces.destinations : undefined;
  if (destinations.length === 0 || list === undefined || isNames(list)) return [];
  return [invalidBlock([...path, 'traces', 'destinations'], 'a list of names')];
}

/** Traces that should stay disabled need no destination. */
function missingIn(block: ConfigTable, { destinations = [], keepDisabled }: Wanted): string[] {
  const traces = isTable(block.traces) ? block.traces : {};
  if (keepDisabled && (traces.enabled === false || block.enabled === false)) return [];
  const list = isNames(traces.destinations) ? traces.destinations : [];
  return destinations.filter((name) => !list.includes(name));
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}
