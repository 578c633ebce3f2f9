import { encodeText } from './encode.js';
import { newId } from './id.js';
import type { Settings } from './settings.js';
import type { ScoreOptions } from './types.js';

export type NewScore = ScoreOptions & { observationId?: string | undefined };

/** A body for POST /api/public/scores. It names exactly one of a trace (with or without an observation) and a session. */
export function scoreJson(
  settings: Settings,
  target: { traceId?: string; sessionId?: string },
  { id, name, value, comment, dataType, observationId }: NewScore,
): string {
  // Masks ids like those of spans, so that both match.
  const encode = (text: string | undefined, limit = 200) => text && encodeText(text, settings, limit);
  const byType = { string: 'CATEGORICAL', boolean: 'BOOLEAN', number: 'NUMERIC' };
  return JSON.stringify({
    id: encode(id) || newId(),
    traceId: encode(target.traceId),
    sessionId: encode(target.sessionId),
    observationId,
    name: encode(name, 500),
    value: typeof value === 'string' ? encode(value, 500) : Number(value),
    dataType: dataType ?? byType[typeof value as keyof typeof byType],
    comment: encode(comment, settings.maxValueLength),
    environment: encode(settings.environment),
  });
}
