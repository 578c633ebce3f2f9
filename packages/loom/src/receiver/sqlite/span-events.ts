import { hashOf } from '../../hash.js';
import type { SqlValue } from '../../store/driver.js';
import { eventKey } from '../span-events.js';
import type { ArrivedEvent } from '../trace.js';
import { insertOf } from './query-steps.js';

/** Rows of {@link eventValues}. */
export const SAVE_EVENT = insertOf(
  'span_events',
  ['trace_id', 'span_id', 'digest', 'event', 'received_at'],
  'ON CONFLICT DO NOTHING',
);

/** @param now Unix ms */
export function eventValues({ traceId, spanId, event }: ArrivedEvent, now: number): SqlValue[] {
  return [traceId, spanId, hashOf(eventKey(event)), JSON.stringify(event), now];
}
