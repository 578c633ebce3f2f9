import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The tokens of one response, in kinds that do not overlap. */
export interface Sent {
  readonly model: string;
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

export interface Stub {
  readonly url: string;
  readonly sent: Sent[];
  /** The number of tool calls in each conversation before its last response. */
  tools: number;
  /** Returns the next shell command for the output of the last one. Undefined ends the conversation. */
  script?: (result: string | undefined) => string | undefined;
  close(): Promise<void>;
}

type Event = readonly [name: string, data: Record<string, unknown>];

/**
 * Answers like Anthropic's messages and OpenAI's responses, and records its responses. No request leaves this machine.
 */
export async function startStub(): Promise<Stub> {
  const sent: Sent[] = [];
  const stub: Pick<Stub, 'tools' | 'sent' | 'script'> = { tools: 1, sent };
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (piece) => {
      text += piece;
    });
    request.on('end', () => {
      const path = (request.url ?? '').split('?')[0] ?? '';
      if (path === '/v1/messages') {
        answer(response, anthropic(JSON.parse(text), stub), `req_${sent.length}`);
      } else if (path.endsWith('/responses')) {
        answer(response, openai(JSON.parse(text), stub));
      } else {
        response.writeHead(path.endsWith('count_tokens') ? 200 : 404, { 'content-type': 'application/json' });
        response.end('{"input_tokens":10}');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(stub, { url: `http://127.0.0.1:${port}`, close: () => closed(server) });
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

function answer(response: ServerResponse, events: readonly Event[], id = 'req'): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'request-id': id });
  for (const [name, data] of events) {
    response.write(`event: ${name}\ndata: ${JSON.stringify({ type: name, ...data })}\n\n`);
  }
  response.end();
}

interface Asked {
  readonly model: string;
  readonly tools?: readonly { readonly name?: string }[];
  readonly messages?: readonly { readonly role: string; readonly content: unknown }[];
}

type Script = NonNullable<Stub['script']>;

/** The script's next command for a conversation that can run commands. */
function scripted(asked: Asked, script: Script | undefined): string | undefined {
  if (!script || !asked.tools?.some(({ name }) => name === 'Bash')) return undefined;
  return script(lastResult(asked));
}

/** The text of the last tool's result. */
function lastResult({ messages = [] }: Asked): string | undefined {
  const content = messages.at(-1)?.content;
  const results = Array.isArray(content) ? content.filter(({ type }) => type === 'tool_result') : [];
  const said = results.at(-1)?.content;
  return Array.isArray(said) ? said.map(({ text }) => text ?? '').join('') : said;
}

function anthropic(asked: Asked, stub: Pick<Stub, 'tools' | 'sent' | 'script'>): Event[] {
  const n = stub.sent.length + 1;
  const own = { model: asked.model, input: 100 + n, output: 40 + n, cacheRead: 1000, cacheWrite: 50 };
  stub.sent.push(own);
  const usage = {
    input_tokens: own.input,
    cache_creation_input_tokens: own.cacheWrite,
    cache_read_input_tokens: own.cacheRead,
    output_tokens: own.output,
    cache_creation: { ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 30 },
    service_tier: 'standard',
  };
  const results =
    JSON.stringify(asked.messages?.slice(lastPrompt(asked)) ?? []).split('"tool_result"').length - 1;
  const command = stub.script
    ? scripted(asked, stub.script)
    : results < stub.tools && (asked.tools?.length ?? 0) > 0
      ? 'true'
      : undefined;
  const uses = command !== undefined;
  const block = uses
    ? { type: 'tool_use', id: `toolu_${n}`, name: 'Bash', input: {} }
    : { type: 'text', text: '' };
  const delta = uses
    ? {
        type: 'input_json_delta',
        partial_json: JSON.stringify({ command, description: 'x', timeout: 120_000 }),
      }
    : { type: 'text_delta', text: 'Done.' };
  const message = { id: `msg_${n}`, type: 'message', role: 'assistant', model: asked.model, content: [] };
  return [
    ['message_start', { message: { ...message, stop_reason: null, usage: { ...usage, output_tokens: 1 } } }],
    ['content_block_start', { index: 0, content_block: block }],
    ['content_block_delta', { index: 0, delta }],
    ['content_block_stop', { index: 0 }],
    ['message_delta', { delta: { stop_reason: uses ? 'tool_use' : 'end_turn', stop_sequence: null }, usage }],
    ['message_stop', {}],
  ];
}

/** The start of the last turn: the user's last message that is not a tool result. */
function lastPrompt({ messages = [] }: Asked): number {
  return messages.findLastIndex(
    ({ role, content }) => role === 'user' && !JSON.stringify(content).includes('"tool_result"'),
  );
}

/** The same for the responses API. */
function scriptedCall(
  { input = [], tools = [] }: AskedOfOpenAi,
  script: Script | undefined,
  id: string,
): Record<string, unknown> | undefined {
  const tool = tools.find(({ name }) => name !== undefined && Object.hasOwn(SHELLS, name))?.name;
  const last = input.at(-1);
  const said = last?.type === 'function_call_output' ? last.output : undefined;
  const text = said === undefined || typeof said === 'string' ? said : JSON.stringify(said);
  const command = tool === undefined ? undefined : script?.(text);
  if (tool === undefined || command === undefined) return undefined;
  const words = JSON.stringify(SHELLS[tool as keyof typeof SHELLS](command));
  return { type: 'function_call', id: `fc_${id}`, call_id: `call_${id}`, name: tool, arguments: words };
}

/** Codex' tools that run a command, with their arguments. Times are in milliseconds. */
const SHELLS = {
  exec_command: (cmd: string) => ({ cmd, yield_time_ms: 30_000, max_output_tokens: 20_000 }),
  shell_command: (command: string) => ({ command, timeout_ms: 120_000 }),
  shell: (command: string) => ({ command: ['bash', '-c', command], timeout_ms: 120_000 }),
};

interface AskedOfOpenAi extends Asked {
  readonly input?: readonly { readonly type?: string; readonly output?: unknown }[];
}

function openai(asked: AskedOfOpenAi, stub: Pick<Stub, 'sent' | 'script'>): Event[] {
  const n = stub.sent.length + 1;
  stub.sent.push({ model: asked.model, input: 3000 + n, output: 120, cacheRead: 1000, cacheWrite: 0 });
  const usage = {
    input_tokens: 4000 + n,
    input_tokens_details: { cached_tokens: 1000 },
    output_tokens: 120,
    output_tokens_details: { reasoning_tokens: 40 },
    total_tokens: 4120 + n,
  };
  const content = [{ type: 'output_text', text: 'done', annotations: [] }];
  const message = { type: 'message', id: `m${n}`, role: 'assistant', content };
  const item = scriptedCall(asked, stub.script, `${n}`) ?? message;
  return [
    ['response.created', { response: { id: `resp_${n}` } }],
    ['response.output_item.done', { item }],
    ['response.completed', { response: { id: `resp_${n}`, usage, output: [item] } }],
  ];
}
