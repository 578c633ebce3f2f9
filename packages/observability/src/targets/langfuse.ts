import type { Secret } from '../secret.js';
import { keyValues, spanJson } from './otlp.js';
import { type Fetcher, newQueue, type Target } from './target.js';

/** Our names of fields → Langfuse's attributes (v4). */
const NAMES: Record<string, string> = {
  userId: 'user.id',
  sessionId: 'session.id',
  version: 'langfuse.version',
  environment: 'langfuse.environment',
  release: 'langfuse.release',
  statusMessage: 'langfuse.observation.status_message',
  model: 'langfuse.observation.model.name',
  modelParameters: 'langfuse.observation.model.parameters',
  usage: 'langfuse.observation.usage_details',
  cost: 'langfuse.observation.cost_details',
  completionStartTime: 'langfuse.observation.completion_start_time',
};

/** With another beginning of the scope's name, Langfuse copies all attributes into the metadata of every span. */
const HEAD = '{"resourceSpans":[{"scopeSpans":[{"scope":{"name":"langfuse-sdk-create-something"},"spans":[';

/** A target for Langfuse's OTLP endpoint, with Langfuse's own attributes. A service binding gets no keys. */
export function langfuse(baseUrl: string, publicKey?: Secret, secretKey?: Secret, via?: Fetcher): Target {
  const read = (secret: Secret = '') => (typeof secret === 'string' ? secret : secret.get());
  const basic = (a: string, b: string) => ({
    ...(via ? {} : { authorization: `Basic ${btoa(`${a.trim()}:${b.trim()}`)}` }),
    'x-langfuse-ingestion-version': '4',
  });
  return {
    url: `${baseUrl}/api/public/otel/v1/traces`,
    scores: `${baseUrl}/api/public/scores`,
    keys: 'LANGFUSE_PUBLIC_KEY, LANGFUSE_SECRET_KEY and that LANGFUSE_BASE_URL is their region',
    busy: new Set(),
    queue: newQueue(),
    dropped: 0,
    via,
    // Only keys from bindings are awaited, because each `await` delays every export.
    headers() {
      const [a, b] = [read(publicKey), read(secretKey)];
      return typeof a === 'string' && typeof b === 'string'
        ? basic(a, b)
        : Promise.all([a, b]).then(([a, b]) => basic(a, b));
    },
    body: (spans) => `${HEAD}${spans}]}]}]}`,
    encode(span) {
      const { trace, isRoot, metadata } = span;
      const list = keyValues([], trace.fields, 'langfuse.trace.', {}, NAMES);
      keyValues(list, span.fields, 'langfuse.observation.', {}, NAMES);
      // Langfuse prefers the trace's metadata. An observation's own metadata is more exact, so it replaces that.
      keyValues(list, trace.metadata, 'langfuse.trace.metadata.', isRoot ? {} : metadata);
      keyValues(list, metadata, 'langfuse.observation.metadata.');
      if (isRoot && span.parentId) keyValues(list, { 'langfuse.internal.is_app_root': true });
      return spanJson(span, span.name, 1, list);
    },
  };
}
