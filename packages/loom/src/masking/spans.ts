import { maskText } from '@create-something/observability/mask';
import type { ReceivedSpan } from '../receiver/trace.js';
import type { OtlpSpan } from '../sync/otlp.js';
import { maskLevel } from './level.js';
import { maskValue } from './values.js';

/** A span as it is kept. Ids, times, amounts and the names of kinds stay as they came. */
export function maskReceived(span: ReceivedSpan): ReceivedSpan {
  const { name, statusMessage, input, output, metadata, modelParameters, trace, attributes, resource } = span;
  return {
    ...span,
    ...maskValue({
      name,
      statusMessage,
      input,
      output,
      metadata,
      modelParameters,
      trace,
      attributes,
      resource,
    }),
  };
}

/** A span as it leaves for Langfuse. */
export function maskSent(span: OtlpSpan): OtlpSpan {
  const settings = { maskLevel: maskLevel() };
  const text = (words: string) => maskText(words, settings);
  const { message } = span.status;
  return {
    ...span,
    name: text(span.name),
    attributes: span.attributes.map(({ key, value }) => ({ key, value: maskValue(value) })),
    status: message === undefined ? span.status : { ...span.status, message: text(message) },
  };
}
