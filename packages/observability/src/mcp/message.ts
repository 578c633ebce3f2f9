/** The parts of a JSON-RPC message that we read. */
export interface Message {
  id?: string | number | null;
  method?: string;
  // biome-ignore lint/suspicious/noExplicitAny: what clients and servers send
  params?: any;
  // biome-ignore lint/suspicious/noExplicitAny: what clients and servers send
  result?: any;
  error?: unknown;
}

/** A request has a method and an id. A notification has only a method, and a response only an id. */
export const isRequest = (message: Message) => typeof message.method === 'string' && message.id !== undefined;

/** The name, the input and the metadata of a request's trace. */
export function describe(server: string | undefined, { method = '', params }: Message) {
  const { name, uri, arguments: args, _meta, ...rest } = Object(params);
  const isCall = method === 'tools/call' || method === 'prompts/get';
  return {
    name: isCall && name ? (server ? `${server}:${name}` : `${method} ${name}`) : method,
    input: isCall ? args : uri ? { uri, ...rest } : Object.keys(rest).length ? rest : undefined,
    metadata: {
      'mcp.method.name': method,
      'mcp.resource.uri': uri,
      ...(method === 'prompts/get' && { 'mcp.prompt.name': name }),
      ...(method === 'tools/call' && { 'ai_task.skill': name }),
      'touchpoint.type': 'mcp_server',
      ...(server && { 'touchpoint.mcp_server': server }),
    },
  };
}

/** Measures a result that no traced handler recorded: the length of each list, and the length of its JSON. */
export function measure(result: unknown): object | undefined {
  if (typeof result !== 'object' || !result) return undefined;
  let characters: number | undefined;
  try {
    characters = JSON.stringify(result).length;
  } catch {
    // The transport will fail to send it, too.
  }
  const counts = Object.entries(result).filter(([, value]) => Array.isArray(value));
  return {
    ...Object.fromEntries(counts.map(([key, value]) => [key, value.length])),
    characters,
  };
}
