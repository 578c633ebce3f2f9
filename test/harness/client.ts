import {
  Client as ClientV2,
  StreamableHTTPClientTransport as TransportV2,
} from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

/** The MCP SDK of the client: the `@modelcontextprotocol/sdk` package, or its successor. */
export type SdkVersion = 'v1' | 'v2';

export interface ToolResult {
  readonly content?: unknown;
  readonly structuredContent?: unknown;
  readonly isError?: boolean;
}

export interface ListedTool {
  readonly name: string;
  readonly inputSchema: { readonly properties?: Readonly<Record<string, unknown>> | undefined };
}

/** The common part of both SDKs' clients, so that one test works with both. */
export interface McpClient {
  serverName(): string | undefined;
  listTools(): Promise<readonly ListedTool[]>;
  callTool(
    name: string,
    input: Readonly<Record<string, unknown>>,
    meta?: Record<string, unknown>,
  ): Promise<ToolResult>;
  close(): Promise<void>;
}

/** Connects a real MCP client over streamable HTTP; `url` is the endpoint, such as `.../mcp`. */
export async function connectClient(url: string, sdk: SdkVersion): Promise<McpClient> {
  const { client, transport } = await connect(new URL(url), sdk);
  return {
    serverName: () => client.getServerVersion()?.name,
    listTools: async () => (await client.listTools()).tools as readonly ListedTool[],
    callTool: async (name, input, meta) =>
      (await client.callTool({ name, arguments: input, ...(meta ? { _meta: meta } : {}) })) as ToolResult,
    close: async () => {
      // Ends the session on the server too, if there is one. A stateless server answers 405.
      await transport.terminateSession().catch(() => {});
      await client.close();
    },
  };
}

async function connect(url: URL, sdk: SdkVersion) {
  const identity = { name: 'observe-test-client', version: '1.0.0' };
  if (sdk === 'v1') {
    const client = new ClientV1(identity);
    const transport = new TransportV1(url);
    // The SDK's own types disagree under exactOptionalPropertyTypes.
    await client.connect(transport as Parameters<ClientV1['connect']>[0]);
    return { client, transport };
  }
  const client = new ClientV2(identity);
  const transport = new TransportV2(url);
  await client.connect(transport);
  return { client, transport };
}
