import type { ModelClient } from '../site.js';
import type { Constants } from '../syntax/constants.js';
import {
  bare,
  type CallExpression,
  type Expression,
  isInert,
  type SourceFile,
  ts,
  walk,
} from '../syntax/syntax.js';
import { sdkClient } from './model-clients.js';
import { MODEL_METHOD } from './model-text.js';

/** Functions of the Vercel AI SDK that call a model by themselves. */
const AI_SDK_CALLS = new Set(['generateText', 'streamText', 'generateObject', 'streamObject']);

/** Hosts of model APIs that are called with a plain `fetch`. */
const MODEL_HOSTS =
  /https:\/\/(api\.openai\.com|api\.anthropic\.com|openrouter\.ai|generativelanguage\.googleapis\.com|gateway\.ai\.cloudflare\.com)(?![\w.-])/;

/** Text without which a file calls no model: most files are told by it, with no look at their trees. */
const CALLS_MODEL = new RegExp(String.raw`\.run\b|\bfetch\b|${MODEL_METHOD}`);

/**
 * The client expressions in a file whose calls should become generations: `this.env.AI` in
 * `this.env.AI.run('@cf/…', …)`, `generateText` in `generateText({ … })`.
 * @param aiBinding name of the Workers AI binding, `AI` where the config does not say
 */
export function findModelClients(
  file: SourceFile,
  options: {
    aiBinding: string;
    modules: ReadonlySet<string>;
    aiSdkNames: ReadonlySet<string>;
    constants: Constants;
  },
): ModelClient[] {
  const found: ModelClient[] = [];
  if (!CALLS_MODEL.test(file.text)) return found;
  walk(file, (node) => {
    if (isInert(node)) return false;
    if (!ts.isCallExpression(node)) return true;
    const client =
      workersAi(node, options.aiBinding) ??
      sdkClient(node, options) ??
      aiSdkFunction(node, options.aiSdkNames);
    if (client) found.push({ start: client.getStart(), end: client.end, by: 'observeModel' });
    else if (isModelFetch(node, options.constants)) {
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

/** `fetch` of an address that is written out in this file and is a model API's. */
function isModelFetch(call: CallExpression, constants: Constants): boolean {
  const [address] = call.arguments;
  const callee = call.expression.getText();
  if (!address || (callee !== 'fetch' && callee !== 'globalThis.fetch')) return false;
  let isModels = MODEL_HOSTS.test(address.getText());
  walk(address, (node) => {
    const isName = ts.isIdentifier(node) || ts.isPropertyAccessExpression(node);
    isModels ||= isName && MODEL_HOSTS.test(constants.text(node) ?? '');
    return !isModels;
  });
  return isModels;
}

function workersAi(call: CallExpression, binding: string): Expression | undefined {
  const { expression } = call;
  if (!ts.isPropertyAccessExpression(expression) || expression.name.text !== 'run') return undefined;
  const client = expression.expression;
  // `c.env?.AI` may be missing: then the call is none, and wrapping what is missing would throw.
  if (ts.isOptionalChain(expression) || ts.isParenthesizedExpression(client)) return undefined;
  // As a member of an environment; a bare `AI` may be anything.
  const named = bare(client);
  if (ts.isPropertyAccessExpression(named) && named.name.text === binding) return client;
  const [model] = call.arguments;
  return model && ts.isStringLiteralLike(model) && /^@(cf|hf)\//.test(model.text) ? client : undefined;
}
