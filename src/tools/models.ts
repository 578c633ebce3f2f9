import type { ModelClient } from './site.js';
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

/** Functions of the Vercel AI SDK that call a model by themselves. */
const AI_SDK_CALLS = new Set(['generateText', 'streamText', 'generateObject', 'streamObject']);

/** Hosts of model APIs that are called with a plain `fetch`. */
const MODEL_HOSTS =
  /https:\/\/(api\.openai\.com|api\.anthropic\.com|openrouter\.ai|generativelanguage\.googleapis\.com|gateway\.ai\.cloudflare\.com)\//;

export function importsModelClient(specifiers: Iterable<string>): boolean {
  for (const specifier of specifiers) if (CLIENT_PACKAGES.test(specifier)) return true;
  return false;
}

/**
 * The client expressions in some code whose calls should become generations: `this.env.AI` in
 * `this.env.AI.run('@cf/…', …)`, `generateText` in `generateText({ … })`.
 * @param aiBinding name of the Workers AI binding, `AI` where the config does not say
 */
export function findModelClients(
  body: Node,
  options: { aiBinding: string; clientImported: boolean; aiSdkImported: boolean },
): ModelClient[] {
  const found: ModelClient[] = [];
  walk(body, (node) => {
    if (!ts.isCallExpression(node)) return;
    const client =
      workersAi(node, options.aiBinding) ??
      (options.clientImported ? clientOf(node) : undefined) ??
      (options.aiSdkImported ? aiSdkFunction(node) : undefined);
    if (client) found.push({ start: client.getStart(), end: client.end, by: 'observeModel' });
    else if (isModelFetch(node)) {
      found.push({ start: node.expression.getStart(), end: node.expression.end, by: 'observeFetch' });
    }
  });
  return found;
}

function aiSdkFunction(call: CallExpression): Expression | undefined {
  return ts.isIdentifier(call.expression) && AI_SDK_CALLS.has(call.expression.text)
    ? call.expression
    : undefined;
}

/** `fetch` of an address that is written out and is a model API's. */
function isModelFetch(call: CallExpression): boolean {
  const [address] = call.arguments;
  const callee = call.expression.getText();
  return (
    (callee === 'fetch' || callee === 'globalThis.fetch') && !!address && MODEL_HOSTS.test(address.getText())
  );
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
