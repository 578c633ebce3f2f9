import { isRecord, timeOrUndefined } from '../json-values.js';
import { observationPatch, tracePatch } from './ingested-patches.js';
import { clampTime, type Tally } from './limits.js';
import { decodeScore } from './scores.js';
import type { ObservationPatch, ReceivedScore } from './trace.js';

/** Body limit of Langfuse's server for such a request. */
export const MAX_BATCH_BYTES = 4.5 * 1024 * 1024;

/** Names of Langfuse's observation types, as they occur before `-create` and `-update`. */
const OBSERVATION_EVENT =
  /^(span|generation|event|agent|tool|chain|retriever|evaluator|embedding|guardrail|observation)-(create|update)$/;
const MAX_ID_LENGTH = 800;

export interface Batch {
  readonly patches: readonly ObservationPatch[];
  readonly scores: readonly ReceivedScore[];
  /** The server's response, with status 207. */
  readonly answer: {
    readonly successes: readonly { readonly id: string; readonly status: 201 }[];
    readonly errors: readonly EventError[];
  };
}

interface EventError {
  readonly id: string;
  readonly status: 400;
  readonly message: string;
  readonly error: string;
}

/**
 * The events of Langfuse's ingestion API, as its v3 client sends them; a text is the reason why they are
 * invalid.
 */
export function decodeBatch(body: unknown, newId: () => string, tally: Tally = { cut: 0 }): Batch | string {
  if (!isRecord(body) || !Array.isArray(body.batch)) {
    return 'The body must be a JSON object with a batch of events';
  }
  const successes: { id: string; status: 201 }[] = [];
  const errors: EventError[] = [];
  const created: ObservationPatch[] = [];
  const updated: ObservationPatch[] = [];
  const scores: ReceivedScore[] = [];
  for (const event of body.batch) {
    const id = isRecord(event) && typeof event.id === 'string' ? event.id : '';
    const result = isRecord(event) ? decodeEvent(event, newId, tally) : 'An event must be an object';
    if (typeof result === 'string') {
      errors.push({ id, status: 400, message: 'Invalid request data', error: result });
      continue;
    }
    successes.push({ id, status: 201 });
    if ('score' in result) {
      scores.push(result.score);
    } else if ('patch' in result) {
      (result.isUpdate ? updated : created).push(result.patch);
    }
  }
  // An update has newer values, at any position in the batch.
  return { patches: [...created, ...updated], scores, answer: { successes, errors } };
}

type Decoded =
  | { readonly patch: ObservationPatch; readonly isUpdate: boolean }
  | { readonly score: ReceivedScore }
  | { readonly log: true };

function decodeEvent(event: Record<string, unknown>, newId: () => string, tally: Tally): Decoded | string {
  const { id, type, body } = event;
  if (typeof id !== 'string' || id === '' || id.length > MAX_ID_LENGTH) {
    return `id must be a string of 1 to ${MAX_ID_LENGTH} characters`;
  }
  const at = timeOrUndefined(event.timestamp);
  if (at === undefined) {
    return 'timestamp must be a date in ISO 8601';
  }
  if (typeof type !== 'string') {
    return 'type must be a string';
  }
  if (type === 'sdk-log') {
    return { log: true };
  }
  if (!isRecord(body)) {
    return 'body must be an object';
  }
  const wrong = idRejection(body) ?? timeRejection(body);
  if (wrong) {
    return wrong;
  }
  const context = { at: clampTime(at), newId, tally };
  if (type === 'trace-create') {
    return { patch: tracePatch(body, context), isUpdate: false };
  }
  if (type === 'score-create') {
    const score = decodeScore(body, { id: newId(), atMs: context.at }, tally);
    return typeof score === 'string' ? score : { score };
  }
  const [, kind, verb] = OBSERVATION_EVENT.exec(type) ?? [];
  if (kind === undefined) {
    return `${type.slice(0, 80)} is not an event type`;
  }
  const isUpdate = verb === 'update';
  const patch = observationPatch(body, kind, isUpdate, context);
  return typeof patch === 'string' ? patch : { patch, isUpdate };
}

function idRejection(body: Record<string, unknown>): string | undefined {
  for (const key of ['id', 'traceId', 'parentObservationId']) {
    const value = body[key];
    if (
      value !== undefined &&
      value !== null &&
      (typeof value !== 'string' || value.length > MAX_ID_LENGTH)
    ) {
      return `${key} must be a string of at most ${MAX_ID_LENGTH} characters`;
    }
  }
  return undefined;
}

function timeRejection(body: Record<string, unknown>): string | undefined {
  for (const key of ['timestamp', 'startTime', 'endTime', 'completionStartTime']) {
    const value = body[key];
    if (value !== undefined && value !== null && timeOrUndefined(value) === undefined) {
      return `${key} must be a date in ISO 8601`;
    }
  }
  return undefined;
}
