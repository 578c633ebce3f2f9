/** A JSON-RPC message, as far as it is looked into. */
export interface Message {
  id?: string | number | null;
  method?: string;
  // biome-ignore lint/suspicious/noExplicitAny: what clients and servers send
  params?: any;
  // biome-ignore lint/suspicious/noExplicitAny: what clients and servers send
  result?: any;
  error?: unknown;
}

/** A request has a method and an id, a notification a method alone, a response an id alone. */
export const isRequest = (message: Message) => typeof message.method === 'string' && message.id !== undefined;

/** Metadata of the request, and its input. */
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

/** Of an answer that no handler of ours has recorded: how many of what, and the length of its JSON. */
export function measure(result: unknown): object | undefined {
  if (typeof result !== 'object' || !result) return undefined;
  let characters: number | undefined;
  try {
    characters = JSON.stringify(result).length;
  } catch {
    // It will not get far.
  }
  const counts = Object.entries(result).filter(([, value]) => Array.isArray(value));
  return {
    ...Object.fromEntries(counts.map(([key, value]) => [key, value.length])),
    characters,
  };
}
