import type { ModelClient } from './site.js';
import { type CallExpression, type Expression, isInert, type SourceFile, ts, walk } from './syntax.js';

/** How model clients are told apart: the package they come from, and the members that end in the call. */
const CLIENT_CALLS: readonly (readonly [packages: RegExp, chain: readonly string[]])[] = [
  [/^(openai|groq-sdk)(\/|$)/, ['chat', 'completions', 'create']],
  [/^openai(\/|$)/, ['responses', 'create']],
  [/^@anthropic-ai\//, ['messages', 'create']],
  [/^@google\/genai(\/|$)/, ['models', 'generateContent']],
  [/^@google\/genai(\/|$)/, ['models', 'generateContentStream']],
];

/** What people call a model's client; `twilio.messages.create` is another service's. */
const CLIENT_NAME = /ai|anthropic|claude|groq|gemini|gpt|llm|model|client/i;

/** Functions of the Vercel AI SDK that call a model by themselves. */
const AI_SDK_CALLS = new Set(['generateText', 'streamText', 'generateObject', 'streamObject']);

/** Hosts of model APIs that are called with a plain `fetch`. */
const MODEL_HOSTS =
  /https:\/\/(api\.openai\.com|api\.anthropic\.com|openrouter\.ai|generativelanguage\.googleapis\.com|gateway\.ai\.cloudflare\.com)\//;

/** Text without which a file calls no model: most files are told by it, with no look at their trees. */
const CALLS_MODEL = /\.run\b|\.create\b|generateContent|(?:generate|stream)(?:Text|Object)|\bfetch\b/;

/**
 * The client expressions in a file whose calls should become generations: `this.env.AI` in
 * `this.env.AI.run('@cf/…', …)`, `generateText` in `generateText({ … })`.
 * @param aiBinding name of the Workers AI binding, `AI` where the config does not say
 */
export function findModelClients(
  file: SourceFile,
  options: { aiBinding: string; modules: ReadonlySet<string>; aiSdkNames: ReadonlySet<string> },
): ModelClient[] {
  const found: ModelClient[] = [];
  if (!CALLS_MODEL.test(file.text)) return found;
  walk(file, (node) => {
    if (isInert(node)) return false;
    if (!ts.isCallExpression(node)) return true;
    const client =
      workersAi(node, options.aiBinding) ??
      clientOf(node, options.modules) ??
      aiSdkFunction(node, options.aiSdkNames);
    if (client) found.push({ start: client.getStart(), end: client.end, by: 'observeModel' });
    else if (isModelFetch(node)) {
      found.push({ start: node.expression.getStart(), end: node.expression.end, by: 'observeFetch' });
    }
    return true;
  });
  return found;
}

function aiSdkFunction(call: CallExpression, imported: ReadonlySet<string>): Expression | undefined {
  const { expression } = call;
  const isOne =
    ts.isIdentifier(expression) && AI_SDK_CALLS.has(expression.text) && imported.has(expression.text);
  return isOne ? expression : undefined;
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
  // As a member of an environment; a bare `AI` may be anything.
  if (ts.isPropertyAccessExpression(client) && client.name.text === binding) return client;
  const [model] = call.arguments;
  return model && ts.isStringLiteralLike(model) && /^@(cf|hf)\//.test(model.text) ? client : undefined;
}

function clientOf(call: CallExpression, modules: ReadonlySet<string>): Expression | undefined {
  for (const [packages, chain] of CLIENT_CALLS) {
    const client = receiverOf(call.expression, chain);
    if (
      client &&
      CLIENT_NAME.test(client.getText()) &&
      [...modules].some((module) => packages.test(module))
    ) {
      return client;
    }
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
  // `c.env?.AI` may be missing: then the call is none, and wrapping what is missing would throw.
  if (node.getText().includes('?.')) return undefined;
  return ts.isIdentifier(node) || ts.isPropertyAccessExpression(node) ? node : undefined;
}
