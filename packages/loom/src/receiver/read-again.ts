import { readAttributes } from './attributes.js';
import { readSpan } from './decode.js';
import { encodeAttributes } from './encode.js';
import { isOfLangfuse, isOwnName } from './mappings/langfuse.js';
import type { ReceivedSpan, SpanEvent } from './trace.js';

/**
 * Reads a stored span again with the current mappings.
 * @param events all events of the span, including those that arrived separately
 */
export function readAgain(
  span: ReceivedSpan,
  events: readonly SpanEvent[] = span.wire?.events ?? [],
): ReceivedSpan {
  if (span.source !== 'otlp') {
    return span;
  }
  const known = isOfLangfuse(span.scope) ? undefined : span.wire?.own;
  const isWhole = isOfLangfuse(span.scope) || known !== undefined;
  const own = isWhole ? ownAttributes(span, known) : {};
  const fresh = {
    ...span,
    ...readSpan(
      {
        name: span.wire?.name ?? span.name,
        scope: span.scope ?? '',
        attributes: { ...own, ...span.attributes },
        resource: span.resource,
        events,
        failed: span.level === 'ERROR',
      },
      span.statusMessage ?? undefined,
      { cut: 0 },
    ),
  };
  if (!isWhole) {
    return withStoredValues(span, fresh);
  }
  return known && fresh.wire ? { ...fresh, wire: { ...fresh.wire, own: known } } : fresh;
}

/** Langfuse's own attributes, written again from a stored span. */
function ownAttributes(span: ReceivedSpan, names: readonly string[] | undefined): Record<string, unknown> {
  const hadAttribute = (name: string) =>
    names === undefined ||
    names.includes(name) ||
    // The encoder has one name for each of these, and one entry for each member of metadata.
    (name === 'user.id' && names.includes('langfuse.user.id')) ||
    (name === 'session.id' && names.includes('langfuse.session.id')) ||
    names.some((whole) => whole.endsWith('.metadata') && name.startsWith(`${whole}.`));
  return readAttributes(
    encodeAttributes({ ...span, attributes: {} }).filter(({ key }) => isOwnName(key) && hadAttribute(key)),
  );
}

/** An earlier version of Loom did not store the attribute names, so its values are kept. */
function withStoredValues(span: ReceivedSpan, fresh: ReceivedSpan): ReceivedSpan {
  return {
    ...span,
    type: span.type === 'span' ? fresh.type : span.type,
    statusMessage: span.statusMessage ?? fresh.statusMessage,
    input: span.input ?? fresh.input,
    output: span.output ?? fresh.output,
    model: span.model ?? fresh.model,
    modelParameters: span.modelParameters ?? fresh.modelParameters,
    usage: span.usage ?? fresh.usage,
    cost: span.cost ?? fresh.cost,
    metadata: { ...fresh.metadata, ...span.metadata },
    trace: { ...fresh.trace, ...span.trace, metadata: { ...fresh.trace.metadata, ...span.trace.metadata } },
    wire: span.wire && { ...span.wire, events: fresh.wire?.events ?? [] },
  };
}
