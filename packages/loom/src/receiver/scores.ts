import { isRecord, timeOrUndefined } from '../json-values.js';
import { textOrUndefined } from './attributes.js';
import {
  canonicalTraceId,
  clampTime,
  cleanName,
  cleanText,
  cutText,
  cutValue,
  type Tally,
} from './limits.js';
import type { ReceivedScore } from './trace.js';

/** Defaults of a score. */
export interface ScoreDefaults {
  readonly id: string;
  /** Unix ms. */
  readonly atMs: number;
}

/** A score in the format of `POST /api/public/scores`; a text is the reason why it is invalid. */
export function decodeScore(
  body: unknown,
  defaults: ScoreDefaults,
  tally: Tally = { cut: 0 },
): ReceivedScore | string {
  if (!isRecord(body)) {
    return 'A score must be a JSON object';
  }
  const { name, value } = body;
  if (typeof name !== 'string' || name === '') {
    return 'name is required';
  }
  if (typeof value !== 'number' && typeof value !== 'string') {
    return 'value must be a number or a string';
  }
  const dataType = textOrUndefined(body.dataType) ?? null;
  if (dataType === 'BOOLEAN' && value !== 0 && value !== 1) {
    return 'value of a BOOLEAN score must be 0 or 1';
  }
  if (dataType === 'NUMERIC' && typeof value !== 'number') {
    return 'value of a NUMERIC score must be a number';
  }
  const targets = ['traceId', 'sessionId', 'datasetRunId'].filter((key) => textOrUndefined(body[key]));
  if (targets.length !== 1) {
    return 'Exactly one of traceId, sessionId and datasetRunId is required';
  }
  const text = (key: string, clean = cleanName): string | null => {
    const field = textOrUndefined(body[key]);
    return field === undefined ? null : clean(field);
  };
  return {
    id: text('id') ?? defaults.id,
    name: cleanName(name),
    value: typeof value === 'string' ? cleanText(cutText(value, tally)) : value,
    dataType: text('dataType'),
    comment: text('comment', (field) => cleanText(cutText(field, tally))),
    traceId: text('traceId', (field) => canonicalTraceId(cleanText(field))),
    observationId: text('observationId'),
    sessionId: text('sessionId'),
    metadata: cutValue(body.metadata ?? null, tally),
    atMs: clampTime(timeOrUndefined(body.timestamp) ?? defaults.atMs),
  };
}
