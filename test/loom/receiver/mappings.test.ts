import { describe, expect, it } from 'vitest';
import { decodeExport } from '../../../packages/loom/src/receiver/decode.js';
import { encodeAttributes, encodeEvents } from '../../../packages/loom/src/receiver/encode.js';
import { MAPPINGS } from '../../../packages/loom/src/receiver/mappings/table.js';
import { USAGE } from '../../../packages/loom/src/receiver/mappings/usage-names.js';
import { isGeneration } from '../../../packages/loom/src/receiver/sqlite/costs.js';
import type { ReceivedSpan } from '../../../packages/loom/src/receiver/trace.js';
import { span } from './exports.js';

interface Sent {
  readonly scope?: string;
  readonly name?: string;
  readonly attributes?: Record<string, unknown>;
  readonly resource?: Record<string, string>;
  readonly events?: [string, Record<string, unknown>][];
}

const keyValues = (values: Record<string, unknown>) =>
  (span({ attributes: values }) as { attributes: unknown[] }).attributes;

function read({
  scope = 'x',
  name = 'work',
  attributes = {},
  resource = {},
  events = [],
}: Sent): ReceivedSpan {
  const sent = {
    ...span({ name, attributes }),
    events: events.map(([event, of]) => ({
      name: event,
      timeUnixNano: '1763800000001000000',
      attributes: keyValues(of),
    })),
  };
  const body = {
    resourceSpans: [
      {
        resource: { attributes: keyValues(resource) },
        scopeSpans: [{ scope: { name: scope }, spans: [sent] }],
      },
    ],
  };
  return decodeExport(body)[0] as ReceivedSpan;
}

const json = JSON.stringify;

// Pure functions, which read no database.
describe('attributes of each emitter', () => {
  const cases: [string, Sent, object][] = [
    [
      'GenAI today: messages with instructions before them, parameters, a conversation',
      {
        attributes: {
          'gen_ai.operation.name': 'generate_content',
          'gen_ai.request.model': 'gemini-2.5-pro',
          'gen_ai.request.top_p': 0.9,
          'gen_ai.system_instructions': json([
            { type: 'text', content: 'One.' },
            { type: 'text', content: 'Two.' },
          ]),
          'gen_ai.input.messages': json([{ role: 'user', parts: [{ type: 'text', content: 'Hi' }] }]),
          'gen_ai.output.messages': json([{ role: 'assistant', parts: [] }]),
          'gen_ai.conversation.id': 'c-1',
        },
      },
      {
        type: 'generation',
        model: 'gemini-2.5-pro',
        modelParameters: { top_p: 0.9 },
        input: [
          { role: 'system', content: 'One.\nTwo.' },
          { role: 'user', parts: [{ type: 'text', content: 'Hi' }] },
        ],
        output: [{ role: 'assistant', parts: [] }],
        trace: { sessionId: 'c-1' },
      },
    ],
    [
      'GenAI today: messages in the opt-in event',
      {
        attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm' },
        events: [
          [
            'gen_ai.client.inference.operation.details',
            {
              'gen_ai.input.messages': json([{ role: 'user', content: 'q' }]),
              'gen_ai.output.messages': json([{ role: 'assistant', content: 'a' }]),
            },
          ],
        ],
      },
      { input: [{ role: 'user', content: 'q' }], output: [{ role: 'assistant', content: 'a' }] },
    ],
    [
      'GenAI: retrieval',
      {
        attributes: {
          'gen_ai.operation.name': 'retrieval',
          'gen_ai.retrieval.query.text': 'late orders',
          'gen_ai.retrieval.documents': json([{ id: 1 }]),
        },
      },
      { type: 'retriever', input: 'late orders', output: [{ id: 1 }] },
    ],
    [
      'GenAI 1.28 to 1.36: an event for each message, the body in one attribute',
      {
        attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm' },
        events: [
          ['gen_ai.system.message', { 'gen_ai.event.content': json({ content: 'Be kind.' }) }],
          ['gen_ai.user.message', { content: 'Hello' }],
          ['gen_ai.choice', { index: 0, message: json({ content: 'A' }) }],
          ['gen_ai.choice', { index: 1, message: json({ content: 'B' }) }],
        ],
      },
      {
        input: [
          { role: 'system', content: 'Be kind.' },
          { role: 'user', content: 'Hello' },
        ],
        output: [
          { index: 0, message: { content: 'A' } },
          { index: 1, message: { content: 'B' } },
        ],
      },
    ],
    [
      'GenAI up to 1.27: prompt and completion in events',
      {
        attributes: { 'gen_ai.system': 'openai', 'gen_ai.request.model': 'm' },
        events: [
          ['gen_ai.content.prompt', { 'gen_ai.prompt': json([{ role: 'user', content: 'q' }]) }],
          ['gen_ai.content.completion', { 'gen_ai.completion': 'plain text' }],
        ],
      },
      { type: 'generation', input: [{ role: 'user', content: 'q' }], output: 'plain text' },
    ],
    [
      'MCP: a tool, by its method, with its arguments',
      {
        name: 'tools/call add',
        attributes: {
          'mcp.method.name': 'tools/call',
          'gen_ai.tool.name': 'add',
          'gen_ai.tool.call.arguments': json({ a: 1 }),
          'mcp.session.id': 's-9',
        },
      },
      {
        type: 'tool',
        name: 'add',
        input: { a: 1 },
        trace: { sessionId: 's-9' },
        wire: { name: 'tools/call add' },
      },
    ],
    [
      'MCP: a resource keeps its name',
      {
        name: 'resources/read',
        attributes: { 'mcp.method.name': 'resources/read', 'mcp.resource.uri': 'x://y' },
      },
      { type: 'retriever', name: 'resources/read', attributes: { 'mcp.resource.uri': 'x://y' } },
    ],
    [
      'AI SDK: an answer with tool calls, settings, metadata',
      {
        scope: 'ai',
        attributes: {
          'ai.operationId': 'ai.streamText.doStream',
          'ai.model.id': 'm',
          'ai.settings.maxRetries': 2,
          'gen_ai.request.temperature': 0.2,
          'ai.response.text': 'Let me look.',
          'ai.response.toolCalls': json([{ toolName: 't' }]),
          'ai.telemetry.metadata.userId': 'u',
          'ai.telemetry.metadata.tags': ['a', 'b'],
          'ai.telemetry.metadata.plan': 'pro',
        },
      },
      {
        type: 'generation',
        name: 'ai.streamText.doStream',
        output: { role: 'assistant', content: 'Let me look.', tool_calls: [{ toolName: 't' }] },
        modelParameters: { maxRetries: 2, temperature: 0.2 },
        metadata: { plan: 'pro' },
        trace: { userId: 'u', tags: ['a', 'b'] },
      },
    ],
    [
      'AI SDK: embeddings',
      {
        scope: 'ai',
        attributes: {
          'ai.operationId': 'ai.embedMany.doEmbed',
          'ai.model.id': 'e',
          'ai.values': [json('one'), json('two')],
          'ai.usage.tokens': 7,
        },
      },
      { type: 'embedding', input: ['one', 'two'], usage: { input: 7 } },
    ],
    [
      'OpenInference: numbered messages, parameters, cost, tags, metadata',
      {
        attributes: {
          'openinference.span.kind': 'LLM',
          'llm.model_name': 'claude-x',
          'llm.input_messages.0.message.role': 'user',
          'llm.input_messages.0.message.content': 'q',
          'llm.output_messages.0.message.tool_calls.0.tool_call.function.name': 'f',
          'llm.invocation_parameters': json({ temperature: 1 }),
          'llm.cost.prompt': 0.25,
          'llm.cost.total': 0.5,
          metadata: json({ plan: 'pro' }),
          'tag.tags': ['x'],
        },
      },
      {
        type: 'generation',
        model: 'claude-x',
        input: [{ role: 'user', content: 'q' }],
        output: [{ tool_calls: [{ tool_call: { function: { name: 'f' } } }] }],
        modelParameters: { temperature: 1 },
        cost: { input: 0.25, total: 0.5 },
        metadata: { plan: 'pro' },
        trace: { tags: ['x'] },
      },
    ],
    [
      'OpenInference: a reranker is a span',
      { attributes: { 'openinference.span.kind': 'RERANKER' } },
      { type: 'span' },
    ],
    [
      'OpenLLMetry: a tool with its session',
      {
        attributes: {
          'traceloop.span.kind': 'tool',
          'traceloop.entity.input': json({ id: 1 }),
          'traceloop.entity.output': json('text'),
          'traceloop.association.properties.session_id': 's',
        },
      },
      { type: 'tool', input: { id: 1 }, output: 'text', trace: { sessionId: 's' } },
    ],
    [
      'OpenLLMetry: numbered prompts with tool calls',
      {
        attributes: {
          'llm.request.type': 'chat',
          'gen_ai.request.model': 'm',
          'gen_ai.prompt.0.role': 'user',
          'gen_ai.completion.0.tool_calls.0.name': 'f',
        },
      },
      { type: 'generation', input: [{ role: 'user' }], output: [{ tool_calls: [{ name: 'f' }] }] },
    ],
    [
      'Pydantic AI and Logfire: message, level, tags, an agent’s messages',
      {
        scope: 'pydantic-ai',
        attributes: {
          'logfire.msg': 'agent run',
          'logfire.level_num': 13,
          'logfire.tags': ['night'],
          'gen_ai.operation.name': 'invoke_agent',
          'pydantic_ai.all_messages': json([{ role: 'user', parts: [] }]),
          final_result: 'done',
        },
      },
      {
        type: 'agent',
        name: 'agent run',
        level: 'WARNING',
        input: [{ role: 'user', parts: [] }],
        output: 'done',
        trace: { tags: ['night'] },
      },
    ],
    [
      'Pydantic AI: a tool without an operation',
      { attributes: { 'gen_ai.tool.call.id': '1', tool_arguments: json({ a: 1 }), tool_response: 'ok' } },
      { type: 'tool', input: { a: 1 }, output: 'ok' },
    ],
    [
      'Logfire: events as one attribute',
      {
        attributes: {
          'gen_ai.request.model': 'm',
          events: json([
            { 'event.name': 'gen_ai.user.message', content: 'q' },
            { 'event.name': 'gen_ai.choice', message: { content: 'a' } },
          ]),
        },
      },
      {
        input: [{ 'event.name': 'gen_ai.user.message', content: 'q' }],
        output: { 'event.name': 'gen_ai.choice', message: { content: 'a' } },
      },
    ],
    [
      'Claude Code: a model call with cache tokens next to its input',
      {
        scope: 'com.anthropic.claude_code.tracing',
        name: 'claude_code.llm_request',
        attributes: {
          'span.type': 'llm_request',
          model: 'claude-opus-x',
          speed: 'fast',
          input_tokens: 2,
          output_tokens: 30,
          cache_read_tokens: 600,
          cache_creation_tokens: 70,
          'session.id': 's',
        },
      },
      {
        type: 'generation',
        model: 'claude-opus-x',
        modelParameters: { speed: 'fast' },
        usage: { input: 2, output: 30, cache_read_input_tokens: 600, cache_creation_input_tokens: 70 },
        trace: { sessionId: 's' },
      },
    ],
    [
      'Claude Code: a tool',
      {
        scope: 'com.anthropic.claude_code.tracing',
        name: 'claude_code.tool',
        attributes: { 'span.type': 'tool', tool_name: 'Bash' },
      },
      { type: 'tool', name: 'Bash' },
    ],
    [
      'Google ADK: an empty request means a tool’s arguments',
      {
        attributes: {
          'gcp.vertex.agent.llm_request': '{}',
          'gcp.vertex.agent.tool_call_args': json({ a: 1 }),
          'gcp.vertex.agent.tool_response': json({ b: 2 }),
        },
      },
      { input: { a: 1 }, output: { b: 2 } },
    ],
    [
      'MLflow',
      {
        attributes: {
          'mlflow.spanType': json('RETRIEVER'),
          'mlflow.spanInputs': json({ q: 1 }),
          'mlflow.spanOutputs': json([1]),
        },
      },
      { type: 'retriever', input: { q: 1 }, output: [1] },
    ],
    [
      'LiveKit',
      {
        scope: 'livekit-agents',
        name: 'agent_turn',
        attributes: { 'lk.user_input': 'hi', 'lk.response.text': 'ho' },
      },
      { type: 'agent', input: 'hi', output: 'ho' },
    ],
    [
      'Genkit: a model with its complete request and response',
      {
        scope: 'genkit-tracer',
        name: 'gemini',
        attributes: {
          'genkit:metadata:subtype': 'model',
          'genkit:name': 'googleai/gemini-2.5-flash',
          'genkit:input': json({ messages: [{ role: 'user' }], config: { temperature: 0.1 } }),
          'genkit:output': json({
            message: { role: 'model' },
            usage: { inputTokens: 50, outputTokens: 30, thoughtsTokens: 20, totalTokens: 100 },
          }),
        },
      },
      {
        type: 'generation',
        name: 'googleai/gemini-2.5-flash',
        model: 'googleai/gemini-2.5-flash',
        input: [{ role: 'user' }],
        output: { role: 'model' },
        modelParameters: { temperature: 0.1 },
        // The total shows that reasoning is not part of the output.
        usage: { input: 50, output: 30, output_reasoning_tokens: 20, total: 100 },
      },
    ],
    [
      'Genkit: a tool',
      {
        scope: 'genkit-tracer',
        attributes: {
          'genkit:metadata:subtype': 'tool.v2',
          'genkit:name': 'find',
          'genkit:input': json({ id: 1 }),
          'genkit:output': json('ok'),
        },
      },
      { type: 'tool', name: 'find', model: null, input: { id: 1 }, output: 'ok' },
    ],
    [
      'Flue: a task is a delegated agent',
      {
        scope: '@flue/opentelemetry',
        attributes: {
          'flue.task.id': '1',
          'flue.task.prompt': 'do it',
          'flue.task.result': json({ ok: true }),
        },
      },
      { type: 'agent', input: 'do it', output: { ok: true } },
    ],
    [
      'LiveKit: internal spans have the level DEBUG',
      { scope: 'livekit-agents', name: 'tts_node' },
      { type: 'span', level: 'DEBUG' },
    ],
    [
      'Codex: the span that read a complete response, without a model',
      {
        scope: 'codex_exec',
        name: 'completed',
        attributes: {
          'codex.request.reasoning_effort': 'high',
          'gen_ai.usage.input_tokens': 12_000,
          'gen_ai.usage.cache_read.input_tokens': 8000,
          'gen_ai.usage.cache_write.input_tokens': 500,
          'gen_ai.usage.output_tokens': 900,
          'codex.usage.reasoning_output_tokens': 250,
          'codex.usage.total_tokens': 12_900,
        },
      },
      {
        type: 'generation',
        model: null,
        modelParameters: { reasoning_effort: 'high' },
        usage: {
          input: 3500,
          cache_read_input_tokens: 8000,
          cache_creation_input_tokens: 500,
          output: 650,
          output_reasoning_tokens: 250,
          total: 12_900,
        },
      },
    ],
    [
      'Langfuse’s metadata of earlier versions, tags in one text, other names for levels and users',
      {
        attributes: {
          'langfuse.metadata': json({ plan: 'pro' }),
          'langfuse.metadata.region': 'eu',
          'langfuse.tags': 'a, b',
          'langfuse.observation.level': 'warn',
          'langfuse.user.id': 'u-1',
          'user.id': 'u-2',
          'langfuse.environment': 'Staging',
        },
      },
      {
        metadata: { plan: 'pro', region: 'eu' },
        level: 'WARNING',
        trace: { tags: ['a', 'b'], userId: 'u-1', environment: 'staging' },
      },
    ],
    [
      'any span with a plain model name',
      { attributes: { model: 'gpt-4o', 'gen_ai.usage.input_tokens': 3 } },
      { type: 'generation', model: 'gpt-4o', usage: { input: 3 } },
    ],
    [
      'any span: environment (with its older name) and version of its resource',
      { resource: { 'deployment.environment': 'staging', 'service.version': '1.2.3' } },
      { type: 'span', input: undefined, usage: null, trace: { environment: 'staging', version: '1.2.3' } },
    ],
    [
      'Langfuse’s own names have priority',
      {
        attributes: {
          'langfuse.observation.type': 'AGENT',
          'langfuse.observation.input': '',
          'langfuse.observation.usage_details': json({ input: 1 }),
          'gen_ai.operation.name': 'chat',
          'gen_ai.input.messages': json([{ role: 'user' }]),
          'gen_ai.usage.input_tokens': 99,
        },
      },
      { type: 'agent', input: '', usage: { input: 1 } },
    ],
  ];

  it.each(cases)('%s', (_, sent, expected) => {
    const decoded = read(sent);
    expect(decoded).toMatchObject(expected);
    // Reading removes nothing, and the forwarded span is read the same way.
    for (const [key, value] of Object.entries(sent.attributes ?? {})) {
      if (!key.startsWith('langfuse.') && key !== 'session.id' && key !== 'user.id') {
        expect(decoded.attributes).toMatchObject({ [key]: value });
      }
    }
    const again = decodeExport({
      resourceSpans: [
        {
          scopeSpans: [
            {
              scope: { name: decoded.scope },
              spans: [
                {
                  ...span({ name: decoded.wire?.name ?? decoded.name }),
                  attributes: encodeAttributes(decoded),
                  events: encodeEvents(decoded.wire?.events ?? []),
                },
              ],
            },
          ],
        },
      ],
    })[0] as ReceivedSpan;
    const { resource: _r, wire: _w, ...same } = again;
    expect(decoded).toMatchObject(same);
  });
});

it('Langfuse’s Python SDK up to 3.3.0 sent a generation as a span', () => {
  const typeOf = (version: string, language = 'python') =>
    decodeExport({
      resourceSpans: [
        {
          resource: { attributes: keyValues({ 'telemetry.sdk.language': language }) },
          scopeSpans: [
            {
              scope: { name: 'langfuse-sdk', version },
              spans: [
                span({
                  attributes: {
                    'langfuse.observation.type': 'span',
                    'langfuse.observation.model.name': 'gpt-4o',
                  },
                }),
              ],
            },
          ],
        },
      ],
    })[0]?.type;
  expect([typeOf('3.3.0'), typeOf('3.4.0'), typeOf('3.2.1', 'js')]).toEqual(['generation', 'span', 'span']);
});

describe('tokens of a model call', () => {
  const usage = (attributes: Record<string, unknown>, scope = 'x') =>
    read({
      scope,
      attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm', ...attributes },
    }).usage;

  it.each([
    [
      'GenAI today',
      {
        'gen_ai.usage.input_tokens': 100,
        'gen_ai.usage.output_tokens': 50,
        'gen_ai.usage.cache_read.input_tokens': 60,
        'gen_ai.usage.cache_creation.input_tokens': 30,
        'gen_ai.usage.reasoning.output_tokens': 20,
      },
      {
        input: 10,
        cache_read_input_tokens: 60,
        cache_creation_input_tokens: 30,
        output: 30,
        output_reasoning_tokens: 20,
      },
    ],
    [
      'older names, as text',
      {
        'gen_ai.usage.prompt_tokens': '50',
        'gen_ai.usage.completion_tokens': '30',
        'gen_ai.usage.thoughts_tokens': '20',
      },
      { input: 50, output: 10, output_reasoning_tokens: 20 },
    ],
    [
      'OpenInference',
      {
        'llm.token_count.prompt': 80,
        'llm.token_count.completion': 15,
        'llm.token_count.total': 95,
        'llm.token_count.prompt_details.cache_read': 64,
        'llm.token_count.completion_details.reasoning': 5,
      },
      { input: 16, input_cached_tokens: 64, output: 10, output_reasoning_tokens: 5, total: 95 },
    ],
    [
      'Pydantic AI',
      {
        'gen_ai.usage.input_tokens': 90,
        'gen_ai.usage.output_tokens': 9,
        'gen_ai.usage.details.cache_read_tokens': 40,
      },
      { input: 50, input_cached_tokens: 40, output: 9 },
    ],
    [
      'AI SDK 4, with cache and reasoning tokens only in the provider’s metadata',
      {
        'ai.usage.promptTokens': 100,
        'ai.usage.completionTokens': 30,
        'ai.response.providerMetadata': json({ openai: { cachedPromptTokens: 60, reasoningTokens: 10 } }),
      },
      { input: 40, input_cached_tokens: 60, output: 20, output_reasoning_tokens: 10 },
    ],
    [
      'AI SDK 7 with Anthropic: cache lifetimes',
      {
        'gen_ai.usage.input_tokens': 48183,
        'gen_ai.usage.output_tokens': 714,
        'gen_ai.usage.cache_read.input_tokens': 47105,
        'gen_ai.usage.cache_creation.input_tokens': 1076,
        'ai.response.providerMetadata': json({
          anthropic: {
            usage: {
              input_tokens: 2,
              cache_read_input_tokens: 47105,
              cache_creation_input_tokens: 1076,
              cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 1076 },
            },
          },
        }),
      },
      { input: 2, cache_read_input_tokens: 47105, input_cache_creation_1h: 1076, output: 714 },
    ],
    [
      'the total shows that the input excludes the cache',
      {
        'gen_ai.usage.input_tokens': 1000,
        'gen_ai.usage.output_tokens': 50,
        'gen_ai.usage.cache_read_input_tokens': 600,
        'gen_ai.usage.cache_creation_input_tokens': 40,
        'gen_ai.usage.total_tokens': 1690,
      },
      {
        input: 1000,
        cache_read_input_tokens: 600,
        cache_creation_input_tokens: 40,
        output: 50,
        total: 1690,
      },
    ],
    [
      'the total shows that the input includes the cache',
      {
        'llm.token_count.prompt': 1000,
        'llm.token_count.completion': 50,
        'llm.token_count.prompt_details.cache_read': 600,
        'llm.token_count.total': 1050,
      },
      { input: 400, input_cached_tokens: 600, output: 50, total: 1050 },
    ],
    [
      'more cache than input tokens mean that the input excludes the cache',
      { 'gen_ai.usage.input_tokens': 5, 'gen_ai.usage.cache_read.input_tokens': 128_955 },
      { input: 5, input_cached_tokens: 128_955 },
    ],
    [
      'a current name and its older name are one count',
      {
        'gen_ai.usage.input_tokens': 100,
        'gen_ai.usage.prompt_tokens': 100,
        'llm.usage.total_tokens': 110,
        'gen_ai.usage.output_tokens': 10,
        'gen_ai.usage.completion_tokens': 10,
        'gen_ai.usage.cache_read.input_tokens': 20,
        'gen_ai.usage.cache_read_input_tokens': 20,
      },
      { input: 80, input_cached_tokens: 20, output: 10, total: 110 },
    ],
    ['a value that is not a number', { 'gen_ai.usage.input_tokens': 'many' }, null],
  ])('%s', (_, attributes, expected) => {
    expect(usage(attributes)).toEqual(expected);
  });

  it('do not count again in the spans around the calls', () => {
    for (const [model, attributes] of [
      // Langfuse also drops their model.
      [null, { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.request.model': 'm' }],
      [null, { 'gen_ai.operation.name': 'agent_step', 'gen_ai.request.model': 'm' }],
      ['m', { 'ai.operationId': 'ai.generateText', 'ai.model.id': 'm', 'ai.usage.inputTokens': 9 }],
    ] as const) {
      const holder = read({
        attributes: { ...attributes, 'gen_ai.usage.cost': 1, 'gen_ai.usage.input_tokens': 9 },
      });
      expect([holder.usage, holder.cost, holder.model, isGeneration(holder)]).toEqual([
        null,
        null,
        model,
        false,
      ]);
    }
  });
});

it('each mapping has a source, and no field has the same name twice', () => {
  const places = MAPPINGS.flatMap(({ field, names, scope, source, read: of }) => {
    expect(source).toMatch(/\w/);
    return names.map((name) => `${field} ${name} ${scope ?? ''} ${of ?? ''}`);
  });
  expect(places.filter((place, at) => places.indexOf(place) !== at)).toEqual([]);
  const counts = USAGE.flatMap(({ count, names }) => names.map((name) => `${count} ${name}`));
  expect(new Set(counts).size).toBe(counts.length);
});
