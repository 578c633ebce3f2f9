/** The field with the client's name in each request (Model Context Protocol, revision 2026-07-28). */
const META = 'io.modelcontextprotocol/';

/** A `traceparent` whose ids are not all zeros (https://www.w3.org/TR/trace-context/). */
const PARENT = /^[\da-f]{2}-(?!0{32})(?<traceId>[\da-f]{32})-(?!0{16})(?<spanId>[\da-f]{16})-[\da-f]{2}/;

/**
 * Functions in a request context of the MCP SDKs, mcp-lite or FastMCP. Data from a client has no such fields.
 */
const FUNCTIONS = ['sendNotification', 'sendRequest', 'reportProgress', 'streamContent', 'elicit'];

/** Fields of `_meta` that identify the call in the client, and our names for them. */
const CLIENT_META = {
  'claudecode/toolUseId': 'mcp.tool_use_id',
  'vscode.requestId': 'vscode.requestId',
  'openai/userAgent': 'openai/userAgent',
  'openai/locale': 'openai/locale',
};

/** Trace fields in the request. */
export interface RequestFacts {
  sessionId?: string | undefined;
  userId?: string | undefined;
  /** The parent of this trace, a span of the caller's trace. */
  parentId: string | undefined;
  metadata: Record<string, string | undefined>;
}

/** Whose `traceparent` is continued: any, only one in `_meta`, or none. */
export type Traceparent = 'on' | 'meta' | 'off';

// biome-ignore lint/suspicious/noExplicitAny: two SDK generations and whatever else is passed; every step is guarded
type Loose = any;

/**
 * True if a value is a request context of an MCP SDK and not data from a client. It has values that JSON
 * can't express, or the request's authentication. Contexts contain tokens, so they are never recorded.
 */
export function isContext(value: unknown): boolean {
  if (typeof value !== 'object' || !value) return false;
  const { signal, mcpReq, requestInfo, authInfo } = value as Loose;
  return (
    typeof mcpReq === 'object' ||
    signal instanceof AbortSignal ||
    requestInfo?.headers !== undefined ||
    authInfo?.token !== undefined ||
    FUNCTIONS.some((name) => typeof (value as Loose)[name] === 'function')
  );
}

/**
 * Trace fields from the MCP request, from `extra` of SDK v1 or `ctx` of v2. Unknown shapes have no fields.
 * Data from a client is not verified. The server's session takes precedence over the client's, and `_meta`
 * over a header.
 */
export function readContext(context: unknown, server: unknown, traceparent: Traceparent = 'on') {
  const metadata: Record<string, string | undefined> = {};
  if (!context && !server) return { metadata };
  const extra: Loose = context ?? {};
  const request = extra.mcpReq ?? {};
  const http = extra.requestInfo ?? extra.http?.req;
  const auth = extra.authInfo ?? extra.http?.authInfo;
  const meta = { ...request.envelope, ...extra._meta, ...request._meta };
  const low: Loose = (server as Loose)?.server ?? server;
  // v1 has the headers in a plain object, v2 in a `Headers`.
  const header = (name: string) => text(http?.headers?.get?.(name) ?? http?.headers?.[name]);
  const agent = header('user-agent');
  // From a session of `keepMcpSession`, or from the header of the only client that uses one.
  const said = header('x-mcp-client-info') ?? /^claude-code\/\S+/.exec(agent ?? '')?.[0];
  const [, name, version] = /^(.+)\/([^/]*)$/.exec(said ?? '') ?? [];
  const client = meta[`${META}clientInfo`] ??
    low?.getClientVersion?.() ??
    extra.clientInfo ?? { name: header('x-anthropic-client') ?? name, version };
  const claims = auth?.extra ?? extra.props ?? {};
  const codex = meta['x-codex-turn-metadata'] ?? {};
  const ray = header('cf-ray');
  const ownSession = text(extra.sessionId) ?? header('mcp-session-id');
  for (const [key, name] of Object.entries(CLIENT_META)) metadata[name] = text(meta[key]);
  for (const name of ['tracestate', 'baggage']) metadata[name] = text(meta[name]) ?? header(name);
  Object.assign(metadata, {
    'codex.turn_id': text(codex.turn_id),
    'codex.model': text(codex.model),
    'jsonrpc.request.id': text(extra.requestId ?? request.id),
    'mcp.session.id': ownSession,
    'mcp.protocol.version':
      text(meta[`${META}protocolVersion`]) ?? header('mcp-protocol-version') ?? text(extra.protocolVersion),
    'mcp.client.name': text(client?.name),
    'mcp.client.version': text(client?.version),
    'mcp.client.user_agent': agent,
    'mcp.client.id': text(auth?.clientId),
    'cloudflare.ray_id': ray,
    'cloudflare.colo': ray?.match(/-([A-Z]{3})$/)?.[1],
  });
  const parent =
    (traceparent !== 'off' && text(meta.traceparent)) ||
    (traceparent === 'on' && header('traceparent')) ||
    '';
  return {
    parent: PARENT.exec(parent)?.groups as { traceId: string; spanId: string } | undefined,
    sessionId:
      ownSession ??
      text(
        codex.session_id ??
          meta['openai/session'] ??
          meta['vscode.conversationId'] ??
          meta.sessionID ??
          meta['antigravity.google/conversation_id'] ??
          meta.threadId,
      ),
    userId: text(claims.userId ?? claims.sub ?? claims.login ?? claims.email ?? meta['openai/subject']),
    metadata,
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
