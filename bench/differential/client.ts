import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { ResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { PayloadRecorder } from './payloads.js';

/** Responses are the text from the wire, so they can be compared byte for byte. */
export interface RawClient {
  request(method: string, params: Record<string, unknown>): Promise<string>;
  close(): Promise<void>;
}

const TIMEOUT_MS = 20_000;

export interface Endpoint {
  readonly url: string;
  readonly transport: 'http' | 'raw' | 'sse';
  readonly headers: Readonly<Record<string, string>>;
}

/** The SDK's client. Only a dispatcher without a handshake gets plain POST requests. */
export async function connectTo({ url, transport, headers }: Endpoint): Promise<RawClient> {
  if (transport === 'raw') return rawClient(url, headers);
  const recorder = new PayloadRecorder();
  const options = { requestInit: { headers: { ...headers } }, fetch: recorder.fetch };
  const made =
    transport === 'sse'
      ? new SSEClientTransport(new URL(url), options)
      : new StreamableHTTPClientTransport(new URL(url), options);
  return sdkClient(made as Transport, (id) => recorder.take(id));
}

export interface NodeServer {
  readonly script: string;
  /** Loaded before the server. */
  readonly preload: string;
  readonly cwd: string;
  readonly env: Record<string, string>;
}

export async function connectToNode({ script, preload, cwd, env }: NodeServer): Promise<RawClient> {
  const args = ['--import', preload, script];
  const transport = new StdioClientTransport({ command: process.execPath, args, cwd, env, stderr: 'ignore' });
  return sdkClient(transport, () => Promise.resolve(undefined));
}

async function sdkClient(
  transport: Transport,
  payload: (id: number) => Promise<string | undefined>,
): Promise<RawClient> {
  const client = new Client({ name: 'observe-differential', version: '1.0.0' });
  await client.connect(transport, { timeout: TIMEOUT_MS });
  // The client numbers its requests from 0, and the handshake was the first.
  let id = 0;
  return {
    async request(method, params) {
      id += 1;
      let answer: string;
      try {
        answer = JSON.stringify(
          await client.request({ method, params }, ResultSchema, { timeout: TIMEOUT_MS }),
        );
      } catch (error) {
        answer = `error ${(error as Error).message}`;
      }
      return (await payload(id)) ?? answer;
    },
    close: () => client.close(),
  };
}

function rawClient(url: string, headers: Readonly<Record<string, string>>): RawClient {
  let id = 0;
  return {
    async request(method, params) {
      id += 1;
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          ...headers,
        },
        body: JSON.stringify({ jsonrpc: '2.0', id, method, params }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      return response.text();
    },
    close: async () => {},
  };
}
