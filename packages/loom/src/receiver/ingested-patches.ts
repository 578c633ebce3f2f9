import { isRecord, timeOrUndefined } from '../json-values.js';
import { nameOrUndefined, textOrUndefined } from './attributes.js';

import { usageOf } from './ingested-usage.js';
import {
  canonicalTraceId,
  clampTime,
  cleanName,
  cleanText,
  cutText,
  cutValue,
  type Tally,
} from './limits.js';
import { asNumbers, readEnvironment, readTags, withoutUndefined } from './read-values.js';
import { type ObservationPatch, readLevel, type TraceFields } from './trace.js';

/** Fields of an event outside its body. */
export interface EventContext {
  /** When the sender created the event, Unix ms. */
  readonly at: number;
  readonly newId: () => string;
  readonly tally: Tally;
}

/**
 * A trace is stored as an observation that represents it, as in Langfuse v4, so that both APIs produce the
 * same shape.
 */
export function rootIdOf(traceId: string): string {
  return `t-${traceId}`;
}

/** A `trace-create` event. */
export function tracePatch(
  body: Record<string, unknown>,
  { at, newId, tally }: EventContext,
): ObservationPatch {
  const traceId = cleanId(body.id) ?? newId();
  return {
    id: rootIdOf(traceId),
    traceId,
    at,
    said: {
      isAppRoot: true,
      parentId: null,
      type: 'span',
      endMs: at,
      ...withoutUndefined({
        name: nameOrUndefined(body.name),
        startMs: momentOf(body.timestamp),
        input: optionalValue(body.input, tally),
        output: optionalValue(body.output, tally),
        metadata: metadataOf(body.metadata, tally),
      }),
      trace: {
        ...traceFieldsOf(body),
        ...withoutUndefined({
          name: nameOrUndefined(body.name),
          userId: nameOrUndefined(body.userId),
          sessionId: nameOrUndefined(body.sessionId),
          release: nameOrUndefined(body.release),
          tags: readTags(body.tags ?? undefined),
        }),
      },
    },
  };
}

/**
 * The observation of an event; a text is the reason why it is invalid.
 * @param kind its type, from the name of the event; for `observation`, the body has the type
 */
export function observationPatch(
  body: Record<string, unknown>,
  kind: string,
  isUpdate: boolean,
  { at, newId, tally }: EventContext,
): ObservationPatch | string {
  const id = cleanId(body.id) ?? (isUpdate ? undefined : newId());
  const traceId = cleanId(body.traceId) ?? (isUpdate ? undefined : id);
  if (id === undefined || traceId === undefined) {
    return 'An update must say id and traceId';
  }
  const type = kind === 'observation' ? textOrUndefined(body.type)?.toLowerCase() : kind;
  const startMs = momentOf(body.startTime);
  const usage = usageOf(body);
  const statusMessage = textOrUndefined(body.statusMessage);
  return {
    id,
    traceId,
    at,
    said: withoutUndefined({
      type: type === undefined ? undefined : cleanName(type),
      parentId: cleanId(body.parentObservationId),
      name: nameOrUndefined(body.name),
      startMs,
      // An event has no duration.
      endMs: type === 'event' ? (startMs ?? at) : momentOf(body.endTime),
      level: readLevel(body.level),
      statusMessage: statusMessage === undefined ? undefined : cleanText(cutText(statusMessage, tally)),
      input: optionalValue(body.input, tally),
      output: optionalValue(body.output, tally),
      metadata: metadataOf(body.metadata, tally),
      model: nameOrUndefined(body.model),
      modelParameters: isRecord(body.modelParameters) ? asRecordOf(body.modelParameters, tally) : undefined,
      usage: usage?.counts,
      cost: asNumbers(body.costDetails) ?? usage?.cost,
      attributes: attributesOf(body),
      trace: traceFieldsOf(body),
    }),
  };
}

/** Trace fields that traces and observations share. */
function traceFieldsOf(body: Record<string, unknown>): TraceFields {
  return {
    ...withoutUndefined({
      environment: readEnvironment(nameOrUndefined(body.environment)),
      version: nameOrUndefined(body.version),
    }),
    metadata: {},
  };
}

/** Other fields, with their names in OpenTelemetry. */
function attributesOf(body: Record<string, unknown>): Record<string, unknown> | undefined {
  const attributes = withoutUndefined({
    'langfuse.observation.completion_start_time': textOrUndefined(body.completionStartTime),
    'langfuse.observation.prompt.name': nameOrUndefined(body.promptName),
    'langfuse.observation.prompt.version':
      typeof body.promptVersion === 'number' ? body.promptVersion : undefined,
  });
  return Object.keys(attributes).length > 0 ? attributes : undefined;
}

function metadataOf(value: unknown, tally: Tally): Record<string, unknown> | undefined {
  if (value === undefined || value === null) {
    return undefined;
  }
  return isRecord(value) ? asRecordOf(value, tally) : { metadata: cutValue(value, tally) };
}

function asRecordOf(record: Record<string, unknown>, tally: Tally): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, cutValue(value, tally)]));
}

/** The client sends null for missing values. */
function optionalValue(value: unknown, tally: Tally): unknown {
  return value === null || value === undefined ? undefined : cutValue(value, tally);
}

function cleanId(value: unknown): string | undefined {
  const text = textOrUndefined(value);
  return text === undefined ? undefined : canonicalTraceId(cleanText(text));
}

function momentOf(value: unknown): number | undefined {
  const at = timeOrUndefined(value);
  return at === undefined ? undefined : clampTime(at);
}
