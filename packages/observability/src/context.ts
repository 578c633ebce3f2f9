/** Where clients name themselves in each request (Model Context Protocol, revision 2026-07-28). */
const META = 'io.modelcontextprotocol/';

/** A `traceparent`, whose ids are not nothing but zeros (https://www.w3.org/TR/trace-context/). */
const PARENT = /^[\da-f]{2}-(?!0{32})(?<traceId>[\da-f]{32})-(?!0{16})(?<spanId>[\da-f]{16})-[\da-f]{2}/;

/** What the request says of the trace. */
export interface RequestFacts {
  sessionId?: string | undefined;
  userId?: string | undefined;
  /** The span that this trace hangs under in the caller's trace. */
  parentId: string | undefined;
  metadata: Record<string, string | undefined>;
}

// biome-ignore lint/suspicious/noExplicitAny: two SDK generations and whatever else is passed; every step is guarded
type Loose = any;

/**
 * What a trace should know of the MCP request, from `extra` of SDK v1 or `ctx` of v2. Unknown shapes give nothing.
 * The client's name is in the request's `_meta` (2026-07-28), or else only on the low-level server (SDK v1).
 */
export function readContext(context: unknown, server: unknown) {
  if (!context && !server) return { metadata: {} as Record<string, string | undefined> };
  const extra: Loose = context ?? {};
  const request = extra.mcpReq ?? {};
  const http = extra.requestInfo ?? extra.http?.req;
  const auth = extra.authInfo ?? extra.http?.authInfo;
  const meta = { ...request.envelope, ...extra._meta, ...request._meta };
  const low: Loose = (server as Loose)?.server ?? server;
  const client = meta[`${META}clientInfo`] ?? low?.getClientVersion?.();
  const claims = auth?.extra ?? {};
  // v1 has the headers in a plain object, v2 in a `Headers`.
  const header = (name: string) => text(http?.headers?.get?.(name) ?? http?.headers?.[name]);
  const ray = header('cf-ray');
  return {
    parent: PARENT.exec(text(meta.traceparent) ?? '')?.groups as
      | { traceId: string; spanId: string }
      | undefined,
    sessionId: text(extra.sessionId) ?? header('mcp-session-id'),
    userId: text(claims.userId ?? claims.sub ?? claims.login ?? claims.email),
    metadata: {
      'mcp.request_id': text(extra.requestId ?? request.id),
      'mcp.protocol_version': text(meta[`${META}protocolVersion`]) ?? header('mcp-protocol-version'),
      'mcp.client.name': text(client?.name),
      'mcp.client.version': text(client?.version),
      'mcp.client.user_agent': header('user-agent'),
      'mcp.client.id': text(auth?.clientId),
      'cloudflare.ray_id': ray,
      'cloudflare.colo': ray?.match(/-([A-Z]{3})$/)?.[1],
    } as Record<string, string | undefined>,
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
