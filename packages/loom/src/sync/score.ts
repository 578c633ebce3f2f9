/** A score as `POST /api/public/scores` takes it. Same id, name and timestamp: the server overwrites it. */
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
