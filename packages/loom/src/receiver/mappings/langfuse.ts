import { isRecord } from '../../json-values.js';
import { jsonOrText, scalarText } from '../attributes.js';
import { named } from './named.js';
import type { Row, WireSpan } from './row.js';

const source = 'Langfuse, packages/shared/src/server/otel/attributes.ts';
const OBSERVATION = 'langfuse.observation.';

/** Names of levels that senders use; Langfuse's reader supports the same ones. */
const LEVELS: Readonly<Record<string, string>> = {
  DEBUG: 'DEBUG',
  TRACE: 'DEBUG',
  VERBOSE: 'DEBUG',
  DEFAULT: 'DEFAULT',
  INFO: 'DEFAULT',
  LOG: 'DEFAULT',
  NOTICE: 'DEFAULT',
  OK: 'DEFAULT',
  SUCCESS: 'DEFAULT',
  WARNING: 'WARNING',
  WARN: 'WARNING',
  ERROR: 'ERROR',
  FATAL: 'ERROR',
  CRITICAL: 'ERROR',
};

/** Langfuse's own names, which have priority. */
export const LANGFUSE: readonly Row[] = [
  {
    field: 'type',
    names: [`${OBSERVATION}type`],
    scope: /^langfuse-sdk$/,
    read: typeOfOldPython,
    source: 'Langfuse, ObservationTypeMapper: Python SDK up to 3.3.0 (langfuse/langfuse#8682)',
  },
  {
    field: 'type',
    names: [`${OBSERVATION}type`],
    read: (value) => (typeof value === 'string' ? value.toLowerCase() : undefined),
    source,
  },
  { field: 'model', names: [`${OBSERVATION}model.name`], source },
  { field: 'input', names: [`${OBSERVATION}input`], read: jsonOrText, source },
  { field: 'output', names: [`${OBSERVATION}output`], read: jsonOrText, source },
  { field: 'parameters', names: [`${OBSERVATION}model.parameters`], read: jsonOrText, source },
  { field: 'cost', names: [`${OBSERVATION}cost_details`], read: jsonOrText, source },
  {
    field: 'level',
    names: [`${OBSERVATION}level`],
    read: (value) => named(LEVELS, scalarText(value).trim().toUpperCase()),
    source: 'Langfuse, OtelIngestionProcessor: other senders’ names for levels',
  },
  { field: 'statusMessage', names: [`${OBSERVATION}status_message`], source },
  { field: 'userId', names: ['langfuse.user.id', 'user.id'], source },
  { field: 'sessionId', names: ['langfuse.session.id', 'session.id'], source },
  {
    field: 'sessionId',
    names: ['gen_ai.conversation.id'],
    source: 'OpenTelemetry semantic-conventions-genai; Langfuse puts it before those below',
  },
  { field: 'tags', names: ['langfuse.trace.tags', 'langfuse.tags'], read: jsonOrText, source },
  {
    field: 'metadata',
    names: ['langfuse.metadata'],
    read: (value) => objectOf(jsonOrText(value)),
    source: 'Langfuse, OtelIngestionProcessor',
  },
  { field: 'metadata', names: ['langfuse.metadata.*'], source: 'Langfuse, OtelIngestionProcessor' },
  { field: 'environment', names: ['langfuse.environment', 'resource:langfuse.environment'], source },
  { field: 'release', names: ['langfuse.release', 'resource:langfuse.release'], source },
  { field: 'version', names: ['langfuse.version', 'resource:langfuse.version'], source },
  {
    field: 'userId',
    names: [`${OBSERVATION}metadata.langfuse_user_id`, 'langfuse.trace.metadata.langfuse_user_id'],
    source: 'Langfuse, LangChain integration',
  },
  {
    field: 'sessionId',
    names: [`${OBSERVATION}metadata.langfuse_session_id`, 'langfuse.trace.metadata.langfuse_session_id'],
    source: 'Langfuse, LangChain integration',
  },
  {
    field: 'tags',
    names: [`${OBSERVATION}metadata.langfuse_tags`, 'langfuse.trace.metadata.langfuse_tags'],
    read: jsonOrText,
    source: 'Langfuse, LangChain integration',
  },
];

/** Old Python SDKs sent a generation as a span with attributes that only generations have. */
function typeOfOldPython(value: unknown, { attributes, resource, scopeVersion }: WireSpan): unknown {
  const [major = 0, minor = 0] = (scopeVersion ?? '').split('.').map(Number);
  const isOld = resource['telemetry.sdk.language'] === 'python' && (major < 3 || (major === 3 && minor <= 3));
  const isGeneration = Object.keys(attributes).some((name) =>
    /^langfuse\.observation\.(model\.|usage_details$|cost_details$|completion_start_time$|prompt\.)/.test(
      name,
    ),
  );
  return value === 'span' && isOld && scopeVersion !== undefined && isGeneration ? 'generation' : undefined;
}

function objectOf(value: unknown): unknown {
  return isRecord(value) ? value : undefined;
}

/** Spans of Langfuse's SDKs or of our runtime. They use Langfuse's own names. */
export function isOfLangfuse(scope: string | null): boolean {
  return scope?.startsWith('langfuse-sdk') ?? false;
}

/** Names that the encoder can write again from the fields, so that storing them raw is unnecessary. */
export function isOwnName(name: string): boolean {
  return (
    name === 'user.id' ||
    name === 'session.id' ||
    /^langfuse\.(observation\.(type|model\.name|model\.parameters|input|output|cost_details|usage_details|level|status_message|metadata(\..*)?)|trace\.(name|tags|input|output|metadata(\..*)?)|user\.id|session\.id|environment|release|version|internal\.is_app_root)$/.test(
      name,
    )
  );
}
