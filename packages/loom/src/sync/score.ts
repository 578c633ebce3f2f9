import { sha256 } from '../sha256.js';

/** A score in Langfuse's format. A score with the same id, name and day overwrites the earlier one. */
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

/** An event of the ingestion API (`createIngestionEventSchema` of Langfuse). The score gets its time. */
export interface ScoreEvent {
  readonly id: string;
  readonly type: 'score-create';
  readonly timestamp: string;
  readonly body: Omit<Score, 'timestamp'>;
}

/**
 * The event's id is derived from the complete score: Langfuse accepts the same event once, and a changed one
 * again.
 */
export async function scoreEvent({ timestamp, ...body }: Score): Promise<ScoreEvent> {
  return {
    id: (await sha256(JSON.stringify([timestamp, body]))).slice(0, 32),
    type: 'score-create',
    timestamp,
    body,
  };
}
