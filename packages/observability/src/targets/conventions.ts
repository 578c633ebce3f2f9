import type { Plain } from '../span.js';
import { type Attribute, keyValues, spanJson } from './otlp.js';
import { newQueue, type Target } from './target.js';

/** Usage by our kinds, and its attributes of the conventions. */
const USAGE: Record<string, string> = {
  input: 'gen_ai.usage.input_tokens',
  output: 'gen_ai.usage.output_tokens',
  input_cached_tokens: 'gen_ai.usage.cache_read.input_tokens',
  input_cache_creation: 'gen_ai.usage.cache_creation.input_tokens',
  output_reasoning_tokens: 'gen_ai.usage.reasoning.output_tokens',
};

/**
 * What OpenTelemetry's conventions for MCP have of a root's metadata
 * (https://github.com/open-telemetry/semantic-conventions-genai, v0.1.0), beside the keys that are theirs anyway.
 */
export function conventions(metadata: Record<string, Plain>): Record<string, Plain | undefined> {
  const method = metadata['mcp.method.name'];
  const isTool = method === 'tools/call';
  return {
    'gen_ai.operation.name': isTool ? 'execute_tool' : undefined,
    'gen_ai.tool.name': isTool ? metadata['ai_task.skill'] : undefined,
    'gen_ai.prompt.name': metadata['mcp.prompt.name'],
  };
}

/** Any OTLP collector: the conventions and the metadata as plain attributes. */
export function collector(url: string, headers: Record<string, string>, service: string | undefined): Target {
  return {
    url,
    keys: 'OTEL_EXPORTER_OTLP_HEADERS',
    busy: new Set(),
    queue: newQueue(),
    dropped: 0,
    headers: () => headers,
    body(spans, { trace: { fields, metadata } }) {
      const resource = keyValues([], {
        'service.name': service || metadata['touchpoint.mcp_server'] || 'unknown_service',
        'service.version': fields['release'],
        'deployment.environment.name': fields['environment'],
      });
      return `{"resourceSpans":[{"resource":{"attributes":${JSON.stringify(resource)}},"scopeSpans":[{"scope":{"name":"@create-something/observability"},"spans":[${spans}]}]}]}`;
    },
    encode(span) {
      const { fields, metadata, isRoot, trace } = span;
      const { type, input, output, model, usage } = fields;
      const own = conventions(metadata);
      const method = metadata['mcp.method.name'];
      const about = own['gen_ai.tool.name'] ?? own['gen_ai.prompt.name'];
      const isModel = type === 'generation' || type === 'embedding';
      const attributes: Record<string, Attribute | undefined> = {
        ...metadata,
        ...own,
        'user.id': trace.fields['userId'] as string,
        'session.id': trace.fields['sessionId'] as string,
        'gen_ai.tool.call.arguments': about && isRoot ? input : undefined,
        'gen_ai.tool.call.result': about && isRoot ? output : undefined,
      };
      if (isModel) {
        attributes['gen_ai.operation.name'] = type === 'embedding' ? 'embeddings' : 'chat';
        attributes['gen_ai.request.model'] = model;
        const amounts = JSON.parse(usage ?? '{}');
        for (const kind in USAGE) attributes[USAGE[kind] as string] = amounts[kind];
      }
      const name = isRoot && method ? [method, about].filter(Boolean).join(' ') : span.name;
      return spanJson(span, name, isRoot && method ? 2 : isModel ? 3 : 1, keyValues([], attributes));
    },
  };
}
