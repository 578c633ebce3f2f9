import { jsonOrText } from '../attributes.js';
import type { Row } from './row.js';

const LIVEKIT = /^livekit-agents$/;
const adk = 'Google ADK, telemetry/tracing.py';
const livekit = 'LiveKit Agents, telemetry/trace_types.py';
const mlflow = 'MLflow Tracing, OpenTelemetry export';

const MLFLOW_TYPES: Readonly<Record<string, string>> = {
  LLM: 'generation',
  CHAT_MODEL: 'generation',
  EMBEDDING: 'embedding',
  AGENT: 'agent',
  TOOL: 'tool',
  CHAIN: 'chain',
  RETRIEVER: 'retriever',
};

/** Emitters that Langfuse reads as well. */
export const OTHERS: readonly Row[] = [
  {
    field: 'input',
    names: ['gcp.vertex.agent.llm_request', 'gcp.vertex.agent.tool_call_args'],
    read: notEmpty,
    source: adk,
  },
  {
    field: 'output',
    names: ['gcp.vertex.agent.llm_response', 'gcp.vertex.agent.tool_response'],
    read: notEmpty,
    source: adk,
  },
  {
    field: 'type',
    names: ['span:'],
    scope: LIVEKIT,
    read: (_value, { name }) =>
      ({ agent_turn: 'agent', start_agent_activity: 'agent', function_tool: 'tool' })[name],
    source: livekit,
  },
  {
    field: 'input',
    names: ['lk.input_text', 'lk.user_transcript', 'lk.chat_ctx', 'lk.user_input'],
    read: jsonOrText,
    source: livekit,
  },
  {
    field: 'output',
    names: ['lk.function_tool.output', 'lk.response.text'],
    read: jsonOrText,
    source: livekit,
  },
  {
    field: 'type',
    names: ['mlflow.spanType'],
    read: (value) => MLFLOW_TYPES[String(jsonOrText(value))],
    source: mlflow,
  },
  { field: 'input', names: ['mlflow.spanInputs'], read: jsonOrText, source: mlflow },
  { field: 'output', names: ['mlflow.spanOutputs'], read: jsonOrText, source: mlflow },
  { field: 'input', names: ['input'], read: jsonOrText, source: 'Pipecat, Pydantic' },
  { field: 'output', names: ['output'], read: jsonOrText, source: 'Pipecat, Pydantic' },
];

/** ADK sends `{}` for the request where a tool was called, and the other way round. */
function notEmpty(value: unknown): unknown {
  return value === '{}' ? undefined : jsonOrText(value);
}
