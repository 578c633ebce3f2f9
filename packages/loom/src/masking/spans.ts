import { isSecret, MASKED, maskText } from '@create-something/observability/mask';
import { isRecord } from '../json-values.js';
import type { Arrivals, ObservationPatch, ReceivedScore, ReceivedSpan } from '../receiver/trace.js';
import type { OtlpSpan } from '../sync/otlp.js';
import type { Score } from '../sync/score.js';
import { maskLevel } from './level.js';
import { maskValue } from './values.js';

/** The fields of a span that may contain user text. Ids, times, amounts and kinds stay unchanged. */
const WRITTEN = [
  'name',
  'statusMessage',
  'input',
  'output',
  'metadata',
  'modelParameters',
  'trace',
  'attributes',
  'wire',
  'resource',
] as const satisfies readonly (keyof ReceivedSpan)[];

/** The input in the form to store. */
export function maskArrivals({ spans, patches, scores, events }: Arrivals): Arrivals {
  return {
    ...(spans && { spans: spans.map(maskReceived) }),
    ...(patches && { patches: patches.map(maskPatch) }),
    ...(scores && { scores: scores.map(maskScore) }),
    ...(events && { events: events.map(({ event, ...of }) => ({ ...of, event: maskValue(event) })) }),
  };
}

/** A span in the form to store. */
export function maskReceived(span: ReceivedSpan): ReceivedSpan {
  return { ...span, ...maskFields(span, WRITTEN) };
}

function maskPatch(patch: ObservationPatch): ObservationPatch {
  return { ...patch, said: { ...patch.said, ...maskFields(patch.said, WRITTEN) } };
}

/**
 * A score in the form to store or send: masks its text, its comment and its metadata. A number is the score
 * itself.
 */
export function maskScore<T extends ReceivedScore | Score>(score: T): T {
  const text = score as Pick<T, 'name' | 'comment' | 'metadata'>;
  const fields = maskFields(text, ['name', 'comment', 'metadata'] as const);
  return { ...score, ...fields, ...(typeof score.value === 'string' && { value: maskValue(score.value) }) };
}

/** A span in the form to send to Langfuse. */
export function maskSent(span: OtlpSpan): OtlpSpan {
  const settings = { maskLevel: maskLevel() };
  const { message } = span.status;
  return {
    ...span,
    name: maskText(span.name, settings),
    attributes: maskAttributes(span.attributes),
    ...(span.events && {
      events: span.events.map((event) => ({
        ...event,
        name: maskText(event.name, settings),
        attributes: maskAttributes(event.attributes),
      })),
    }),
    status: message === undefined ? span.status : { ...span.status, message: maskText(message, settings) },
    ...(span.origin && {
      origin: { ...span.origin, resource: maskAttributes(span.origin.resource) },
    }),
  };
}

/** A value is masked by the name of its attribute, whatever its type in OTLP. */
function maskAttributes(list: OtlpSpan['attributes']): OtlpSpan['attributes'] {
  const settings = { maskLevel: maskLevel() };
  return list.map(({ key, value }) => {
    const text = isRecord(value) ? value.stringValue : undefined;
    return typeof text === 'string' && isSecret(key, text, settings)
      ? { key, value: { stringValue: MASKED } }
      : { key, value: maskValue(value, key) };
  });
}

function maskFields<T extends object, K extends keyof T>(from: T, names: readonly K[]): Partial<Pick<T, K>> {
  const there = names.filter((name) => from[name] !== undefined);
  return maskValue(Object.fromEntries(there.map((name) => [name, from[name]]))) as Partial<Pick<T, K>>;
}
