import { isRecord } from '../../json-values.js';
import { jsonOrText } from '../attributes.js';
import { choicesOfEvents, fromEvent, messagesOfEvents, unwrapped, withInstructions } from './messages.js';
import { named } from './named.js';
import type { Row } from './row.js';

const current = 'OpenTelemetry semantic-conventions-genai, gen-ai-spans';
const events = 'OpenTelemetry semantic conventions 1.28 to 1.36, gen-ai-events';
const first = 'OpenTelemetry semantic conventions up to 1.27, gen-ai-spans';
const DETAILS = 'event:gen_ai.client.inference.operation.details';

/** Langfuse has no type for creating or running a workflow. It is a chain of steps. */
const OPERATIONS: Readonly<Record<string, string>> = {
  chat: 'generation',
  completion: 'generation',
  text_completion: 'generation',
  generate_content: 'generation',
  generate: 'generation',
  embeddings: 'embedding',
  invoke_agent: 'agent',
  create_agent: 'agent',
  // A step contains the model call, which is a separate span. Langfuse shows both as generations.
  agent_step: 'span',
  invoke_workflow: 'chain',
  execute_tool: 'tool',
  retrieval: 'retriever',
};

/** The GenAI conventions: the current ones, and the two generations before. */
export const GEN_AI: readonly Row[] = [
  {
    field: 'type',
    names: ['gen_ai.operation.name'],
    read: (value) => named(OPERATIONS, value),
    source: current,
  },
  {
    field: 'name',
    names: ['gen_ai.tool.name'],
    source: 'Langfuse names such spans so, OtelIngestionProcessor',
  },
  { field: 'model', names: ['gen_ai.response.model'], source: current },
  { field: 'input', names: ['gen_ai.input.messages'], read: withInstructions, source: current },
  { field: 'output', names: ['gen_ai.output.messages'], read: jsonOrText, source: current },
  {
    field: 'input',
    names: [DETAILS],
    read: (value, span) => {
      const messages = fromEvent('gen_ai.input.messages', 'gen_ai.tool.call.arguments')(value);
      return messages === undefined ? undefined : withInstructions(messages, span);
    },
    source: `${current}, opt-in event`,
  },
  {
    field: 'output',
    names: [DETAILS],
    read: fromEvent('gen_ai.output.messages', 'gen_ai.tool.call.result'),
    source: `${current}, opt-in event`,
  },
  {
    field: 'input',
    names: ['gen_ai.tool.call.arguments'],
    read: jsonOrText,
    source: current,
  },
  { field: 'output', names: ['gen_ai.tool.call.result'], read: jsonOrText, source: current },
  { field: 'input', names: ['gen_ai.retrieval.query.text'], source: current },
  { field: 'output', names: ['gen_ai.retrieval.documents'], read: jsonOrText, source: current },
  {
    field: 'parameters',
    names: ['gen_ai.request.*'],
    read: (value) => {
      const { model: _, ...parameters } = isRecord(value) ? value : {};
      return Object.keys(parameters).length > 0 ? parameters : undefined;
    },
    source: current,
  },
  {
    field: 'cost',
    names: ['gen_ai.usage.cost'],
    read: total,
    source: 'Langfuse reads it, OtelIngestionProcessor',
  },
  {
    field: 'cost',
    names: ['gen_ai.usage.total_cost', 'operation.cost'],
    read: total,
    source: 'OpenLIT, Pydantic AI',
  },
  { field: 'input', names: ['span:'], read: messagesOfEvents, source: events },
  { field: 'output', names: ['event:gen_ai.choice'], read: choicesOfEvents, source: events },
  { field: 'input', names: ['event:gen_ai.content.prompt'], read: fromEvent('gen_ai.prompt'), source: first },
  {
    field: 'output',
    names: ['event:gen_ai.content.completion'],
    read: fromEvent('gen_ai.completion'),
    source: first,
  },
  {
    field: 'input',
    names: ['gen_ai.prompt.*', 'gen_ai.prompt'],
    read: read,
    source: `${first}; OpenLLMetry`,
  },
  {
    field: 'output',
    names: ['gen_ai.completion.*', 'gen_ai.completion'],
    read: read,
    source: `${first}; OpenLLMetry`,
  },
  { field: 'model', names: ['gen_ai.request.model'], source: current },
];

function read(value: unknown): unknown {
  return unwrapped(jsonOrText(value));
}

function total(value: unknown): unknown {
  const dollars = Number(value);
  return Number.isFinite(dollars) ? { total: dollars } : undefined;
}
