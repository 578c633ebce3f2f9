import { isRecord, recordsOf } from '../../json-values.js';
import { jsonOrText } from '../attributes.js';
import { withInstructions } from './messages.js';
import type { Row } from './row.js';

const source = 'Pydantic Logfire and Pydantic AI';

export const LOGFIRE: readonly Row[] = [
  { field: 'name', names: ['logfire.msg'], source },
  { field: 'input', names: ['pydantic_ai.all_messages'], read: withInstructions, source },
  { field: 'output', names: ['final_result'], read: jsonOrText, source },
  { field: 'input', names: ['prompt'], read: jsonOrText, scope: /pydantic|logfire/, source },
  { field: 'output', names: ['all_messages_events'], read: jsonOrText, source },
  { field: 'input', names: ['events'], read: (value) => ofEvents(value, false), source },
  { field: 'output', names: ['events'], read: (value) => ofEvents(value, true), source },
  { field: 'input', names: ['tool_arguments'], read: jsonOrText, source },
  { field: 'output', names: ['tool_response'], read: jsonOrText, source },
  { field: 'input', names: ['request_data'], read: (value) => within(value, 'messages', 'input'), source },
  { field: 'output', names: ['response_data'], read: (value) => within(value, 'message', 'data'), source },
  { field: 'parameters', names: ['model_config'], read: jsonOrText, source },
  { field: 'model', names: ['model_name'], scope: /pydantic/, source },
  { field: 'level', names: ['logfire.level_num'], read: levelOf, source },
  { field: 'tags', names: ['logfire.tags'], read: jsonOrText, source },
];

function ofEvents(value: unknown, choices: boolean): unknown {
  const all = recordsOf(jsonOrText(value));
  const selected = all.filter((event) => (event['event.name'] === 'gen_ai.choice') === choices);
  return selected.length === 0 ? undefined : choices && selected.length === 1 ? selected[0] : selected;
}

function within(value: unknown, ...keys: string[]): unknown {
  const data = jsonOrText(value);
  return isRecord(data)
    ? (keys.map((key) => data[key]).find((entry) => entry !== undefined) ?? data)
    : undefined;
}

/** OpenTelemetry's severity numbers, from 9 (info). Other levels than the default are kept. */
function levelOf(value: unknown): string | undefined {
  const number = Number(value);
  return number >= 17 ? 'ERROR' : number >= 13 ? 'WARNING' : number > 0 && number < 9 ? 'DEBUG' : undefined;
}
