import { isRecord } from '../../json-values.js';
import { jsonOrText, scalarText } from '../attributes.js';
import { unwrapped } from './messages.js';
import { named } from './named.js';
import type { Row } from './row.js';

const source = 'OpenInference, spec/semantic_conventions.md';

/** Langfuse has no type for a reranker or a prompt either. */
const KINDS: Readonly<Record<string, string>> = {
  CHAIN: 'chain',
  RETRIEVER: 'retriever',
  LLM: 'generation',
  EMBEDDING: 'embedding',
  AGENT: 'agent',
  TOOL: 'tool',
  GUARDRAIL: 'guardrail',
  EVALUATOR: 'evaluator',
};

/** Arize's conventions, which Phoenix and SmolAgents use. */
export const OPENINFERENCE: readonly Row[] = [
  {
    field: 'type',
    names: ['openinference.span.kind'],
    read: (value) => named(KINDS, scalarText(value).toUpperCase()),
    source,
  },
  {
    field: 'model',
    names: ['llm.response.model', 'llm.model_name', 'embedding.model_name', 'reranker.model_name'],
    source,
  },
  { field: 'input', names: ['input.value'], read: jsonOrText, source },
  { field: 'output', names: ['output.value'], read: jsonOrText, source },
  { field: 'input', names: ['llm.input_messages.*'], read: unwrapped, source },
  { field: 'output', names: ['llm.output_messages.*'], read: unwrapped, source },
  { field: 'input', names: ['llm.prompts.*', 'embedding.embeddings.*'], read: prompts, source },
  { field: 'output', names: ['retrieval.documents.*'], source },
  {
    field: 'parameters',
    names: ['llm.invocation_parameters', 'llm.invocation_parameters.*'],
    read: jsonOrText,
    source,
  },
  { field: 'tags', names: ['tag.tags'], read: jsonOrText, source },
  { field: 'metadata', names: ['metadata'], read: (value) => record(jsonOrText(value)), source },
  { field: 'cost', names: ['llm.cost.*'], read: costs, source },
];

function prompts(value: unknown): unknown {
  return Array.isArray(value)
    ? value.map((entry) => (isRecord(entry) ? (entry['embedding'] ?? entry['prompt'] ?? entry) : entry))
    : value;
}

function record(value: unknown): unknown {
  return isRecord(value) ? value : undefined;
}

/** Prompt, completion and total, in US dollars. The details are parts of these. */
function costs(value: unknown): unknown {
  if (!isRecord(value)) {
    return undefined;
  }
  const { prompt, completion, total } = value;
  const totals = { input: prompt, output: completion, total };
  return Object.fromEntries(Object.entries(totals).filter(([, dollars]) => typeof dollars === 'number'));
}
