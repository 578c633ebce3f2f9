import { sha256 } from '../sha256.js';

/** A score as Langfuse takes it. With the same id, name and day the server overwrites it. */
export interface Score {
  readonly id: string;
  readonly name: string;
  readonly value: number | string;
  readonly dataType?: string;
  readonly timestamp: string;
  readonly sessionId?: string;
  readonly traceId?: string;
  readonly observationId?: string;
  readonly comment?: string;
  readonly metadata?: unknown;
}

/** An event of the ingestion API (`createIngestionEventSchema` of Langfuse), whose time becomes the score's. */
export interface ScoreEvent {
  readonly id: string;
  readonly type: 'score-create';
  readonly timestamp: string;
  readonly body: Omit<Score, 'timestamp'>;
}

/** The event has an id of its own, made of all that the score says: the same event is taken once, a changed one again. */
export async function scoreEvent({ timestamp, ...body }: Score): Promise<ScoreEvent> {
  return {
    id: (await sha256(JSON.stringify([timestamp, body]))).slice(0, 32),
    type: 'score-create',
    timestamp,
    body,
  };
}
