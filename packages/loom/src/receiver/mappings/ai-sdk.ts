import { reportedCost } from '@create-something/observability/usage';
import { isRecord } from '../../json-values.js';
import { jsonOrText, scalarText } from '../attributes.js';
import type { Row, WireSpan } from './row.js';

const source = 'AI SDK 4 to 6, "Telemetry"';
const older = 'AI SDK before 4';

const CALLS: readonly (readonly [RegExp, string])[] = [
  [/^ai\.(generate|stream)(Text|Object)\.do(Generate|Stream)\b/, 'generation'],
  [/^ai\.embed(Many)?\.doEmbed\b/, 'embedding'],
  [/^ai\.toolCall\b/, 'tool'],
  // The span around the calls has their model and the sum of their tokens, but is not a call itself.
  [/^ai\./, 'span'],
];

/** Vercel's AI SDK. Version 7 and later send the GenAI conventions, which have their own rows. */
export const AI_SDK: readonly Row[] = [
  { field: 'type', names: ['ai.operationId', 'operation.name'], read: typeOf, source },
  { field: 'name', names: ['ai.toolCall.name'], source },
  {
    field: 'name',
    names: ['ai.operationId'],
    read: (value, { attributes }) => {
      const id = attributes['ai.telemetry.functionId'];
      return typeof id === 'string' && id !== '' ? `${id}:${value}` : value;
    },
    source: 'Langfuse names such spans so, OtelIngestionProcessor',
  },
  { field: 'model', names: ['ai.response.model', 'ai.model.id'], source },
  {
    field: 'input',
    names: ['ai.prompt.messages', 'ai.prompt', 'ai.toolCall.args', 'ai.values', 'ai.value'],
    read: listed,
    source,
  },
  { field: 'output', names: ['ai.response.text'], read: withToolCalls, source },
  { field: 'output', names: ['ai.response.object', 'ai.toolCall.result'], read: jsonOrText, source },
  { field: 'output', names: ['ai.response.toolCalls'], read: jsonOrText, source },
  {
    field: 'output',
    names: ['ai.result.text', 'ai.result.object', 'ai.result.toolCalls'],
    read: jsonOrText,
    source: older,
  },
  { field: 'parameters', names: ['ai.operationId'], read: parameters, source },
  { field: 'userId', names: ['ai.telemetry.metadata.userId'], source: 'Langfuse, "AI SDK"' },
  { field: 'sessionId', names: ['ai.telemetry.metadata.sessionId'], source: 'Langfuse, "AI SDK"' },
  { field: 'tags', names: ['ai.telemetry.metadata.tags'], read: jsonOrText, source: 'Langfuse, "AI SDK"' },
  { field: 'metadata', names: ['ai.telemetry.metadata.*'], read: ownMetadata, source },
  { field: 'cost', names: ['ai.response.providerMetadata'], read: cost, source: 'AI Gateway and OpenRouter' },
];

function typeOf(value: unknown): string | undefined {
  return CALLS.find(([pattern]) => pattern.test(scalarText(value)))?.[1];
}

/** Values to embed are a list of JSON texts. */
function listed(value: unknown): unknown {
  return Array.isArray(value) ? value.map(jsonOrText) : jsonOrText(value);
}

function withToolCalls(text: unknown, { attributes }: WireSpan): unknown {
  const calls = attributes['ai.response.toolCalls'];
  return calls === undefined
    ? jsonOrText(text)
    : { role: 'assistant', content: text, tool_calls: jsonOrText(calls) };
}

/** Settings with a name in the conventions, and those without one. */
function parameters(_value: unknown, { attributes }: WireSpan): unknown {
  const named = Object.entries(attributes).flatMap(([key, value]): [string, unknown][] => {
    const [, name] =
      /^(?:ai\.settings|gen_ai\.request)\.(.+)$/.exec(key) ?? /^ai\.prompt\.(toolChoice)$/.exec(key) ?? [];
    return name === undefined || name === 'model' ? [] : [[name, value]];
  });
  return named.length > 0 ? Object.fromEntries(named) : undefined;
}

function ownMetadata(value: unknown): unknown {
  const { userId: _u, sessionId: _s, tags: _t, langfusePrompt: _p, ...rest } = isRecord(value) ? value : {};
  return rest;
}

function cost(value: unknown): unknown {
  const dollars = reportedCost({}, [jsonOrText(value)]);
  return dollars === undefined ? undefined : { total: dollars };
}
