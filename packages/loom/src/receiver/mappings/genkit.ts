import { isRecord } from '../../json-values.js';
import { jsonOrText } from '../attributes.js';
import { named } from './named.js';
import type { Row } from './row.js';

const scope = /^genkit-tracer$/;
const source = 'Genkit, tracing';

const TYPES: Readonly<Record<string, string>> = {
  'background-model': 'generation',
  model: 'generation',
  embedder: 'embedding',
  tool: 'tool',
  'tool.v2': 'tool',
  retriever: 'retriever',
  evaluator: 'evaluator',
};

/** Google's Genkit. Each span has its complete request and response. */
export const GENKIT: readonly Row[] = [
  { field: 'type', names: ['genkit:metadata:subtype'], read: (value) => named(TYPES, value), source },
  { field: 'name', names: ['genkit:name'], source },
  {
    field: 'model',
    names: ['genkit:name'],
    read: (value, { attributes }) => (attributes['genkit:metadata:subtype'] === 'model' ? value : undefined),
    source,
  },
  { field: 'input', names: ['genkit:input'], scope, read: (value) => part(value, 'messages'), source },
  { field: 'output', names: ['genkit:output'], scope, read: (value) => part(value, 'message'), source },
  { field: 'parameters', names: ['genkit:input'], scope, read: config, source },
  {
    field: 'parameters',
    names: ['genkit:output'],
    scope,
    read: (value) => {
      const parsed = jsonOrText(value);
      return isRecord(parsed) ? config(parsed['request']) : undefined;
    },
    source,
  },
];

function part(value: unknown, key: string): unknown {
  const parsed = jsonOrText(value);
  return isRecord(parsed) ? (parsed[key] ?? parsed) : parsed;
}

function config(value: unknown): unknown {
  const parsed = jsonOrText(value);
  return isRecord(parsed) && isRecord(parsed['config']) ? parsed['config'] : undefined;
}
