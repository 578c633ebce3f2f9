import type { ReceivedSpan } from '../trace.js';

/** Remaining length of a part that is cut, in UTF-16 units. */
const KEPT = 2000;

const encoder = new TextEncoder();

/** Cuts the largest parts of a span until its row has at most `maxBytes` bytes. */
export function cutToFit(span: ReceivedSpan, maxBytes: number): ReceivedSpan {
  let left = bytesOf(span) - maxBytes;
  if (left <= 0) {
    return span;
  }
  let shorter = span;
  for (const { path, bytes } of partsOf(span).sort((a, b) => b.bytes - a.bytes)) {
    if (left <= 0) {
      break;
    }
    shorter = cutAt(shorter, path, bytes);
    left = bytesOf(shorter) - maxBytes;
  }
  return shorter;
}

function bytesOf(value: unknown): number {
  return value === undefined ? 0 : encoder.encode(JSON.stringify(value)).length;
}

type Path = readonly [keyof ReceivedSpan, string?, string?];

interface Part {
  readonly path: Path;
  readonly bytes: number;
}

/** Input, output, and each member of metadata, attributes and similar objects. */
function partsOf(span: ReceivedSpan): Part[] {
  const members = (...path: [keyof ReceivedSpan, string?]): Part[] => {
    const [first, second] = path;
    const of = second === undefined ? span[first] : (span[first] as Record<string, unknown>)[second];
    return Object.entries((of ?? {}) as Record<string, unknown>).map(([key, value]) => ({
      path: [...path, key] as unknown as Path,
      bytes: bytesOf(value),
    }));
  };
  return [
    { path: ['input'], bytes: bytesOf(span.input) },
    { path: ['output'], bytes: bytesOf(span.output) },
    ...members('attributes'),
    ...members('metadata'),
    ...members('resource'),
    ...members('modelParameters'),
    ...members('wire').filter(({ path }) => path[1] === 'events'),
    ...members('trace').filter(({ path }) => path[1] !== 'metadata'),
    ...members('trace', 'metadata'),
  ];
}

function cutAt(span: ReceivedSpan, [first, ...rest]: Path, bytes: number): ReceivedSpan {
  return {
    ...span,
    [first]: cutIn(
      span[first],
      rest.filter((key) => key !== undefined),
      bytes,
    ),
  };
}

function cutIn(value: unknown, [key, ...rest]: readonly string[], bytes: number): unknown {
  if (key !== undefined) {
    const of = value as Record<string, unknown>;
    return { ...of, [key]: cutIn(of[key], rest, bytes) };
  }
  if (Array.isArray(value)) {
    // Readers expect a list of events.
    return [];
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `${text.slice(0, KEPT)}… [cut by Loom, ${bytes} bytes in all]`;
}
