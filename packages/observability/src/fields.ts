import { clean, encodeText, outline, toText } from './encode.js';
import type { Settings } from './settings.js';
import type { Plain, SpanData, TraceData } from './span.js';
import type { GenerationFields, ObservationType, TraceFields } from './types.js';

export type Fields = TraceFields &
  GenerationFields & {
    type?: ObservationType | undefined;
    environment?: string | undefined;
    release?: string | undefined;
  };

/** An observation's own fields. */
const OBSERVATION = [
  'type',
  'input',
  'output',
  'level',
  'statusMessage',
  'model',
  'modelParameters',
  'usage',
  'cost',
  'completionStartTime',
] as const;

/** Fields of the whole trace. */
const TRACE = ['name', 'userId', 'sessionId', 'version', 'environment', 'release'] as const;

/**
 * Puts fields into a span. Values are read and masked now, not when the observation ends: by then the program
 * may have changed them.
 */
export function assign(given: Fields, settings: Settings, span: SpanData): void {
  for (const field of OBSERVATION) {
    let value: unknown = given[field];
    if (value === undefined) continue;
    const how = field === 'input' ? settings.captureInput : field === 'output' && settings.captureOutput;
    if (how === 'off') continue;
    if (how === 'summary') value = outline(value);
    if (field === 'cost' || field === 'usage') value = finite(value as number | object);
    if (value === undefined) continue;
    const fields: Record<string, string> = span.fields;
    fields[field] = toText(clean(value, settings));
  }
  // One level, keys as they are: the server keeps dots in names, and filters by them.
  const cleaned = (given.metadata ? clean(given.metadata, settings) : {}) as Record<string, Plain>;
  for (const key in cleaned) {
    const value = cleaned[key];
    if (value !== undefined) span.metadata[key] = typeof value === 'object' ? toText(value) : value;
  }
}

/** Amounts by kind, without what is no number; nothing when no amount is left. */
function finite(amounts: number | object): object | undefined {
  const kinds = typeof amounts === 'number' ? { total: amounts } : amounts;
  const known = Object.entries(kinds).filter(([, amount]) => Number.isFinite(amount));
  return known.length ? Object.fromEntries(known) : undefined;
}

/** Puts what belongs to the whole trace into what all its spans carry. Of a nested trace, its name is not the whole's. */
export function assignShared(given: Fields, settings: Settings, trace: TraceData, isRoot: boolean): void {
  // 200 characters is what the server keeps of these.
  const encode = (value: unknown) => encodeText(String(value), settings, 200);
  for (const field of TRACE) {
    const value = given[field];
    if (value != null && (isRoot || field !== 'name')) trace.fields[field] = encode(value);
  }
  if (given.tags) trace.fields['tags'] = given.tags.map(encode);
}
