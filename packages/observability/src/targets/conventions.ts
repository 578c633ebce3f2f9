import type { SpanData } from '../span.js';
import { type Attribute, keyValues, spanJson } from './otlp.js';
import { newQueue, type Target } from './target.js';

/** Our kinds of usage → attributes of the conventions. */
const USAGE: Record<string, string> = {
  input: 'gen_ai.usage.input_tokens',
  output: 'gen_ai.usage.output_tokens',
  input_cached_tokens: 'gen_ai.usage.cache_read.input_tokens',
  input_cache_creation: 'gen_ai.usage.cache_creation.input_tokens',
  output_reasoning_tokens: 'gen_ai.usage.reasoning.output_tokens',
};

/** OpenTelemetry's kind of span: 1 internal, 2 server, 3 client. */
function kindOf({ isRoot, metadata, fields: { type } }: SpanData): 1 | 2 | 3 {
  if (type === 'generation' || type === 'embedding') return 3;
  return isRoot && metadata['mcp.method.name'] ? 2 : 1;
}

/**
 * A span's metadata, and the attributes of OpenTelemetry's conventions for MCP and for models
 * (https://github.com/open-telemetry/semantic-conventions-genai, v0.1.0) whose names differ.
 */
export function conventions(span: SpanData): Record<string, Attribute | undefined> {
  const { metadata, fields } = span;
  const isTool = metadata['mcp.method.name'] === 'tools/call';
  const isHttp = metadata['mcp.client.user_agent'] ?? metadata['cloudflare.ray_id'];
  const attributes: Record<string, Attribute | undefined> = {
    ...metadata,
    'gen_ai.operation.name': isTool ? 'execute_tool' : undefined,
    'gen_ai.tool.name': isTool ? metadata['ai_task.skill'] : undefined,
    'gen_ai.prompt.name': metadata['mcp.prompt.name'],
    'network.transport': isHttp && 'tcp',
    'network.protocol.name': isHttp && 'http',
  };
  if (kindOf(span) === 3) {
    attributes['gen_ai.operation.name'] = fields.type === 'embedding' ? 'embeddings' : 'chat';
    attributes['gen_ai.request.model'] = fields['model'];
    const amounts = JSON.parse(fields['usage'] ?? '{}');
    for (const kind in USAGE) attributes[USAGE[kind] as string] = amounts[kind];
  }
  return attributes;
}

/** A target for any OTLP collector. It gets the conventions and the metadata as plain attributes. */
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
      const { input, output } = fields;
      const own = conventions(span);
      const about = own['gen_ai.tool.name'] ?? own['gen_ai.prompt.name'];
      const kind = kindOf(span);
      const attributes: Record<string, Attribute | undefined> = {
        ...own,
        'user.id': trace.fields['userId'] as string,
        'session.id': trace.fields['sessionId'] as string,
        'gen_ai.tool.call.arguments': about && isRoot ? input : undefined,
        'gen_ai.tool.call.result': about && isRoot ? output : undefined,
      };
      const name = kind === 2 ? [metadata['mcp.method.name'], about].filter(Boolean).join(' ') : span.name;
      return spanJson(span, name, kind, keyValues([], attributes));
    },
  };
}
