import { jsonOrText } from '../attributes.js';
import type { Row } from './row.js';

const source = 'Langfuse, packages/shared/src/server/otel/attributes.ts';
const OBSERVATION = 'langfuse.observation.';

/** Langfuse's own names, which hold before anybody else's. */
export const LANGFUSE: readonly Row[] = [
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
  { field: 'level', names: [`${OBSERVATION}level`], source },
  { field: 'statusMessage', names: [`${OBSERVATION}status_message`], source },
  { field: 'userId', names: ['user.id', 'langfuse.user.id'], source },
  { field: 'sessionId', names: ['session.id', 'langfuse.session.id'], source },
  { field: 'tags', names: ['langfuse.trace.tags', 'langfuse.tags'], read: jsonOrText, source },
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

/** Names that the encoder writes again from what was read, so that keeping them raw would only double them. */
export function isOwnName(name: string): boolean {
  return (
    name === 'user.id' ||
    name === 'session.id' ||
    /^langfuse\.(observation\.(type|model\.name|model\.parameters|input|output|cost_details|usage_details|level|status_message|metadata(\..+)?)|trace\.(name|tags|input|output|metadata(\..+)?)|user\.id|session\.id|environment|release|version|internal\.is_app_root)$/.test(
      name,
    )
  );
}
