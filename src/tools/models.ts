import type { Range } from './site.js';
import { type CallExpression, type Expression, type Node, ts, walk } from './syntax.js';

/** How model clients are told apart: the chain of members that ends in the call. */
const CLIENT_CALLS: readonly (readonly string[])[] = [
  ['chat', 'completions', 'create'],
  ['responses', 'create'],
  ['messages', 'create'],
  ['models', 'generateContent'],
  ['models', 'generateContentStream'],
];

/** Packages whose clients those chains belong to; without one of them in the file they may be anything. */
const CLIENT_PACKAGES = /^(openai|@anthropic-ai\/(sdk|bedrock-sdk|vertex-sdk)|@google\/genai|groq-sdk)(\/|$)/;

export function importsModelClient(specifiers: Iterable<string>): boolean {
  for (const specifier of specifiers) if (CLIENT_PACKAGES.test(specifier)) return true;
  return false;
}

/**
 * The client expressions inside a handler whose calls should become generations, such as
 * `this.env.AI` in `this.env.AI.run('@cf/…', …)`.
 * @param aiBinding name of the Workers AI binding, `AI` where the config does not say
 */
export function findModelClients(
  body: Node,
  options: { aiBinding: string; clientImported: boolean },
): Range[] {
  const found: Range[] = [];
  walk(body, (node) => {
    if (!ts.isCallExpression(node)) return;
    const client =
      workersAi(node, options.aiBinding) ?? (options.clientImported ? clientOf(node) : undefined);
    if (client) found.push({ start: client.getStart(), end: client.end });
  });
  return found;
}

function workersAi(call: CallExpression, binding: string): Expression | undefined {
  const client = receiverOf(call.expression, ['run']);
  if (!client) return undefined;
  const name = ts.isIdentifier(client)
    ? client.text
    : ts.isPropertyAccessExpression(client)
      ? client.name.text
      : '';
  if (name === binding) return client;
  const [model] = call.arguments;
  return model && ts.isStringLiteralLike(model) && /^@(cf|hf)\//.test(model.text) ? client : undefined;
}

function clientOf(call: CallExpression): Expression | undefined {
  for (const chain of CLIENT_CALLS) {
    const client = receiverOf(call.expression, chain);
    if (client) return client;
  }
  return undefined;
}

/** `x` in `x.a.b` for the chain `a, b`; a chain with `?.` in it is not taken apart. */
function receiverOf(callee: Expression, chain: readonly string[]): Expression | undefined {
  let node = callee;
  for (const name of [...chain].reverse()) {
    if (!ts.isPropertyAccessExpression(node) || node.questionDotToken || node.name.text !== name)
      return undefined;
    node = node.expression;
  }
  return ts.isIdentifier(node) || ts.isPropertyAccessExpression(node) ? node : undefined;
}
