import { jsonOrText } from '../attributes.js';
import { named } from './named.js';
import type { Row } from './row.js';

const LIVEKIT = /^livekit-agents$/;
const adk = 'Google ADK, telemetry/tracing.py';
const livekit = 'LiveKit Agents, telemetry/trace_types.py';
const flue = 'Flue, @flue/opentelemetry';
const FLUE = /^@flue\/opentelemetry$/;
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

/** Internal spans, which Langfuse shows at the level DEBUG. */
const LIVEKIT_PLUMBING = new Set(
  `user_speaking eou_detection llm_request_run tts_node tts_request tts_request_run tts_stream_adapter agent_speaking
   drain_agent_activity on_exit on_enter llm_fallback_adapter tts_fallback_adapter start_agent_activity`.split(
    /\s+/,
  ),
);

/** Further emitters that Langfuse supports. */
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
    field: 'level',
    names: ['span:'],
    scope: LIVEKIT,
    read: (_value, { name, failed }) => (!failed && LIVEKIT_PLUMBING.has(name) ? 'DEBUG' : undefined),
    source: 'Langfuse, OtelIngestionProcessor',
  },
  {
    field: 'type',
    names: ['flue.tool.name', 'flue.tool.call_id'],
    read: () => 'tool',
    source: flue,
  },
  { field: 'type', names: ['flue.task.id', 'flue.task.agent'], read: () => 'agent', source: flue },
  {
    field: 'input',
    names: ['flue.turn.input', 'flue.tool.arguments', 'flue.task.prompt', 'flue.workflow.payload'],
    scope: FLUE,
    read: jsonOrText,
    source: flue,
  },
  {
    field: 'output',
    names: [
      'flue.turn.output',
      'flue.tool.result',
      'flue.task.result',
      'flue.operation.result',
      'flue.workflow.result',
    ],
    scope: FLUE,
    read: jsonOrText,
    source: flue,
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
    read: (value) => named(MLFLOW_TYPES, jsonOrText(value)),
    source: mlflow,
  },
  { field: 'input', names: ['mlflow.spanInputs'], read: jsonOrText, source: mlflow },
  { field: 'output', names: ['mlflow.spanOutputs'], read: jsonOrText, source: mlflow },
  { field: 'input', names: ['input'], read: jsonOrText, source: 'Pipecat, Pydantic' },
  { field: 'output', names: ['output'], read: jsonOrText, source: 'Pipecat, Pydantic' },
];

/** ADK sends `{}` as the request of a tool call, and as the tool of a request. */
function notEmpty(value: unknown): unknown {
  return value === '{}' ? undefined : jsonOrText(value);
}
