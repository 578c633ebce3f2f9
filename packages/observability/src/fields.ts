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
 * Adds fields to a span. Values are read and masked now, because the program may change them before the
 * observation ends.
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
  // One level with unchanged keys, because the server can filter by names with dots.
  const cleaned = (given.metadata ? clean(given.metadata, settings) : {}) as Record<string, Plain>;
  for (const key in cleaned) {
    const value = cleaned[key];
    if (value !== undefined) span.metadata[key] = typeof value === 'object' ? toText(value) : value;
  }
}

/** Amounts by kind, without values that are not numbers; undefined without amounts. */
function finite(amounts: number | object): object | undefined {
  const kinds = typeof amounts === 'number' ? { total: amounts } : amounts;
  const known = Object.entries(kinds).filter(([, amount]) => Number.isFinite(amount));
  return known.length ? Object.fromEntries(known) : undefined;
}

/**
 * Adds fields of the whole trace to all its spans. The name of a nested trace is not the name of the whole
 * trace.
 */
export function assignShared(given: Fields, settings: Settings, trace: TraceData, isRoot: boolean): void {
  // The server keeps 200 characters of these.
  const encode = (value: unknown) => encodeText(String(value), settings, 200);
  for (const field of TRACE) {
    const value = given[field];
    if (value != null && (isRoot || field !== 'name')) trace.fields[field] = encode(value);
  }
  if (given.tags) trace.fields['tags'] = given.tags.map(encode);
}
