import type { SpanEvent } from '../trace.js';

/** A span as received, before decoding. */
export interface WireSpan {
  readonly name: string;
  /** Name of the instrumentation scope; empty without one. */
  readonly scope: string;
  /** Its version. It is not stored, so only new spans have it. */
  readonly scopeVersion?: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly resource: Readonly<Record<string, unknown>>;
  readonly events: readonly SpanEvent[];
  /** Whether its status is an error. */
  readonly failed: boolean;
}

/** Fields that the table fills. */
export type Field =
  | 'type'
  | 'name'
  | 'model'
  | 'input'
  | 'output'
  | 'parameters'
  | 'level'
  | 'statusMessage'
  | 'cost'
  | 'metadata'
  | 'userId'
  | 'sessionId'
  | 'tags'
  | 'environment'
  | 'release'
  | 'version';

/**
 * How an emitter sends one field. For each field, the first row with a value is used. Reading keeps the
 * attributes, so a better table can read a stored span again.
 */
export interface Row {
  readonly field: Field;
  /**
   * Sources of the value; the first existing one is used. An attribute's name; `name.*`, an object of all
   * attributes below that name; `event:name`, the attributes of all events of that name; `resource:name`;
   * `span:name`.
   */
  readonly names: readonly string[];
  /** Only for spans of these instrumentation scopes. */
  readonly scope?: RegExp;
  /** Undefined if the value is unusable, so that the next row is tried. */
  readonly read?: (value: unknown, span: WireSpan) => unknown;
  /** The emitter, and where its attributes are documented. */
  readonly source: string;
}

/**
 * The value of a row's name, or undefined. Empty values count as missing, except for Langfuse's own names.
 */
export function lookUp(span: WireSpan, name: string): unknown {
  const value = valueAt(span, name);
  if (name.startsWith('langfuse.')) {
    return value ?? undefined;
  }
  const isEmpty =
    value === null ||
    value === '' ||
    (Array.isArray(value) && value.length === 0) ||
    (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
  return isEmpty ? undefined : value;
}

function valueAt({ attributes, resource, events, name: spanName }: WireSpan, name: string): unknown {
  if (Object.hasOwn(attributes, name)) {
    return attributes[name];
  }
  if (name.endsWith('.*')) {
    return nested(attributes, name.slice(0, -1));
  }
  const [, place, rest = ''] = /^(event|resource|span):(.*)$/.exec(name) ?? [];
  switch (place) {
    case 'event':
      return events.filter((event) => event.name === rest).map((event) => event.attributes);
    case 'resource':
      return resource[rest];
    case 'span':
      return spanName;
    default:
      return undefined;
  }
}

/** Names with more levels are not split. */
const MAX_LEVELS = 12;

/** Turns `{ "p.0.role": "user" }` below `p.` into `[{ role: "user" }]`. */
function nested(attributes: Readonly<Record<string, unknown>>, prefix: string): unknown {
  const root: Tree = new Map();
  for (const [key, value] of Object.entries(attributes)) {
    const path = key.startsWith(prefix) ? key.slice(prefix.length).split('.', MAX_LEVELS) : [];
    let at = root;
    for (const [index, part] of path.entries()) {
      const below = at.get(part);
      if (index === path.length - 1) {
        at.set(part, value);
      } else if (below instanceof Map) {
        at = below;
      } else {
        const next: Tree = new Map();
        at.set(part, next);
        at = next;
      }
    }
  }
  return plain(root);
}

type Tree = Map<string, unknown>;

function plain(tree: unknown): unknown {
  if (!(tree instanceof Map)) {
    return tree;
  }
  const entries = [...tree].map(([key, value]) => [key, plain(value)] as const);
  return entries.length > 0 && entries.every(([key]) => /^\d{1,6}$/.test(key))
    ? entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, value]) => value)
    : Object.fromEntries(entries);
}
