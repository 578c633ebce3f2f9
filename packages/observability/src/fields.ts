import { clean, encodeText, outline, toText } from './encode.js';
import type { Settings } from './settings.js';
import type { GenerationFields, ObservationType, TraceFields } from './types.js';

export type Attribute = string | number | boolean | readonly string[];
export type Attributes = Record<string, Attribute>;
export type Fields = TraceFields &
  GenerationFields & {
    type?: ObservationType | undefined;
    environment?: string | undefined;
    release?: string | undefined;
  };

export const LEVEL = 'langfuse.observation.level';
export const MESSAGE = 'langfuse.observation.status_message';
export const OUTPUT = 'langfuse.observation.output';

/** Our names of an observation's fields, and the server's names of the attributes that hold them. */
const OBSERVATION = {
  type: 'langfuse.observation.type',
  input: 'langfuse.observation.input',
  output: OUTPUT,
  level: LEVEL,
  statusMessage: MESSAGE,
  model: 'langfuse.observation.model.name',
  modelParameters: 'langfuse.observation.model.parameters',
  usage: 'langfuse.observation.usage_details',
  cost: 'langfuse.observation.cost_details',
  completionStartTime: 'langfuse.observation.completion_start_time',
};

/** The same for what belongs to the whole trace. */
const TRACE = {
  name: 'langfuse.trace.name',
  userId: 'user.id',
  sessionId: 'session.id',
  version: 'langfuse.version',
  environment: 'langfuse.environment',
  release: 'langfuse.release',
};

/**
 * Puts fields into attributes. Values are read and masked now, not when the observation ends: by then the program
 * may have changed them.
 */
export function assign(
  fields: Fields,
  settings: Settings,
  attributes: Attributes,
  metadata: Attributes,
): void {
  for (const field in OBSERVATION) {
    const name = OBSERVATION[field as keyof typeof OBSERVATION];
    let value: unknown = fields[field as keyof typeof OBSERVATION];
    if (value === undefined) continue;
    const how = field === 'input' ? settings.captureInput : field === 'output' && settings.captureOutput;
    if (how === 'off') continue;
    if (how === 'summary') value = outline(value);
    if (field === 'cost' || field === 'usage') value = finite(value as number | object);
    attributes[name] = toText(clean(value, settings));
  }
  // One level, keys as they are: the server keeps dots in names, and filters by them.
  const cleaned = (fields.metadata ? clean(fields.metadata, settings) : {}) as Attributes;
  for (const key in cleaned) {
    const value = cleaned[key];
    if (value !== undefined) metadata[key] = typeof value === 'object' ? toText(value) : value;
  }
}

/** Amounts by kind, without what is no number. */
function finite(amounts: number | object): object {
  const kinds = typeof amounts === 'number' ? { total: amounts } : amounts;
  return Object.fromEntries(Object.entries(kinds).filter(([, amount]) => Number.isFinite(amount)));
}

/** Puts what belongs to the whole trace into the attributes that all its spans carry. */
export function assignShared(fields: Fields, settings: Settings, shared: Attributes): void {
  // 200 characters is what the server keeps of these.
  const encode = (value: unknown) => encodeText(String(value), settings, 200);
  for (const field in TRACE) {
    const value = fields[field as keyof typeof TRACE];
    if (value != null) shared[TRACE[field as keyof typeof TRACE]] = encode(value);
  }
  if (fields.tags) shared['langfuse.trace.tags'] = fields.tags.map(encode);
}
