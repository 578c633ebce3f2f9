import { clean, encodeText, toText } from './encode.js';
import type { BeforeSend, Observation } from './observation.js';
import type { Settings } from './settings.js';
import type { Plain, SpanData } from './span.js';
import { warnOnce } from './warn.js';

/** Milliseconds that `beforeSend` may take for one observation. */
const PATIENCE = 1_000;

/** Returns the spans after the program's hook. The hook's changes are masked too. */
export async function applyBeforeSend(
  spans: SpanData[],
  settings: Settings,
  ask: BeforeSend,
): Promise<SpanData[]> {
  const kept = await Promise.all(
    spans.map(async (span) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      try {
        const given: Observation = {
          traceId: span.trace.traceId,
          id: span.spanId,
          parentId: span.parentId,
          name: span.name,
          fields: { ...span.fields },
          metadata: { ...span.metadata },
          trace: { ...span.trace.fields },
        };
        const late = new Promise<never>((_, reject) => {
          timer = setTimeout(reject, PATIENCE, new Error(`took longer than ${PATIENCE} ms`));
        });
        const answer = await Promise.race([ask(given), late]);
        return answer === null || answer === false ? [] : [changed(span, answer ?? given, settings)];
      } catch (error) {
        warnOnce(
          `beforeSend failed, and the observation is not sent: ${encodeText(String(error), settings)}`,
          applyBeforeSend,
        );
        return [];
      } finally {
        clearTimeout(timer);
      }
    }),
  );
  return kept.flat();
}

function changed(
  span: SpanData,
  { name, fields, metadata, trace }: Observation,
  settings: Settings,
): SpanData {
  const texts = <T>(values: object, encode: (value: unknown) => T) =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, encode(value)]));
  const text = (value: unknown) => toText(clean(value, settings));
  return {
    ...span,
    name: encodeText(String(name), settings, 500),
    fields: texts(fields, text),
    metadata: texts(clean(metadata, settings) as object, (value) =>
      typeof value === 'object' ? toText(value) : (value as Plain),
    ),
    trace: {
      ...span.trace,
      fields: texts(trace, (value) => (Array.isArray(value) ? value.map(text) : text(value))),
    },
  };
}
