import { clean, encodeText, outline, toText } from './encode.js';
import type { Settings } from './settings.js';
import type { GenerationFields, TraceFields, Usage } from './types.js';

export type Attribute = string | number | boolean | readonly string[];
export type Attributes = Record<string, Attribute>;
export type Fields = TraceFields & GenerationFields;

export const LEVEL = 'langfuse.observation.level';
export const MESSAGE = 'langfuse.observation.status_message';
export const OUTPUT = 'langfuse.observation.output';

/** Our names of an observation's fields, and the server's names of the attributes that hold them. */
const OBSERVATION: Record<string, string> = {
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

const TRACE: Record<string, string> = {
  name: 'langfuse.trace.name',
  userId: 'user.id',
  sessionId: 'session.id',
  version: 'langfuse.version',
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
  for (const field in fields) {
    const name = OBSERVATION[field];
    let value: unknown = fields[field as keyof Fields];
    if (!name || value === undefined) continue;
    const how = field === 'input' ? settings.captureInput : field === 'output' ? settings.captureOutput : '';
    if (how === 'off') continue;
    if (how === 'summary') value = outline(value);
    if (field === 'cost' && typeof value === 'number') value = { total: value };
    if (field === 'usage') {
      value = Object.fromEntries(
        Object.entries(value as Usage).filter(([, count]) => Number.isFinite(count)),
      );
    }
    attributes[name] = toText(clean(value, settings));
  }
  // One level, keys as they are: the server keeps dots in names, and filters by them.
  const cleaned = (fields.metadata ? clean(fields.metadata, settings) : {}) as Attributes;
  for (const key in cleaned) {
    const value = cleaned[key];
    if (value !== undefined) metadata[key] = typeof value === 'object' ? toText(value) : value;
  }
}

/** Puts what belongs to the whole trace into the attributes that all its spans carry. */
export function assignShared(fields: Fields, settings: Settings, shared: Attributes): void {
  for (const field in TRACE) {
    const value = fields[field as keyof Fields];
    // 200 characters is what the server keeps of these.
    if (value != null) shared[TRACE[field] ?? ''] = encodeText(String(value), settings, 200);
  }
  if (fields.tags)
    shared['langfuse.trace.tags'] = fields.tags.map((tag) => encodeText(String(tag), settings, 200));
}
