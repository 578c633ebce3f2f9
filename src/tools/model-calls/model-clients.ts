import type { FileImports } from '../syntax/imports.js';
import { bare, type CallExpression, type Expression, ts } from '../syntax/syntax.js';

/** Methods of a provider's client that call a model. */
interface Methods {
  /** The end of such a call. The first group is the text after the client. */
  readonly call: RegExp;
  /** Packages that export the client. */
  readonly packages: RegExp;
  /** Usual names of the client, for a file without the import. Absent if no other service has calls with this end. */
  readonly names?: RegExp;
  /** The runtime can't record it. */
  readonly isUnseen?: true;
}

const METHODS: readonly Methods[] = [
  {
    call: /\.((?:beta\.)?chat\.completions\.(?:create|parse|stream|runTools))$/,
    packages: /^(openai|groq-sdk)(\/|$)/,
  },
  { call: /\.(responses\.(?:create|parse|stream))$/, packages: /^openai(\/|$)/, names: /openai|gpt/i },
  {
    call: /\.((?:beta\.)?messages\.(?:create|parse|stream))$/,
    packages: /^@anthropic-ai\//,
    names: /anthropic|claude/i,
  },
  {
    call: /\.(beta\.messages\.(?:toolRunner|thread))$/,
    packages: /^@anthropic-ai\//,
    names: /anthropic|claude/i,
    isUnseen: true,
  },
  { call: /\.(models\.generateContent(?:Stream)?)$/, packages: /^@google\/genai(\/|$)/ },
  { call: /\.(embeddings\.create)$/, packages: /./, isUnseen: true },
  {
    call: /\.(models\.(?:embedContent|generateImages|editImage|generateVideos))$/,
    packages: /./,
    isUnseen: true,
  },
  {
    call: /\.(images\.(?:generate|edit|createVariation)|audio\.(?:speech|transcriptions|translations)\.create)$/,
    packages: /^(openai|groq-sdk)(\/|$)/,
    names: /openai|gpt|(^|\.)(ai|client|llm)$/i,
    isUnseen: true,
  },
  {
    call: /\.((?:chat|agents|fim)\.(?:complete|stream)|ocr\.process)$/,
    packages: /^@mistralai\//,
    names: /mistral/i,
    isUnseen: true,
  },
  { call: /\.(chats\.create)$/, packages: /^@google\/genai(\/|$)/, names: /genai|gemini/i },
  {
    call: /\.(interactions\.create)$/,
    packages: /^@google\/genai(\/|$)/,
    names: /genai|gemini/i,
    isUnseen: true,
  },
];

/** All words of the methods above. Most calls of a file end in another word and need no further check. */
const METHOD_WORDS: ReadonlySet<string> = new Set(
  METHODS.flatMap(({ call }) => call.source.match(/\w+/g) ?? []),
);

/** Usual names of model clients. `twilio.messages.create` belongs to another service. */
const CLIENT_NAME = /ai|anthropic|claude|groq|gemini|gpt|llm|model|client/i;

/** Calls of a wrapped client, such as `observeOpenAI(client)` or `wrapSDK(client)`, are already recorded. */
const RECORDED = /^(observe|wrap|trace)/i;

/** The client of a model call, if the provider is known and `init` can wrap the client in place. */
export function sdkClient(
  call: CallExpression,
  imports: Pick<FileImports, 'modules'>,
): Expression | undefined {
  const found = findClient(call, imports);
  return found?.isUnseen ? undefined : found?.client;
}

/** The name of a model call that `init` can't wrap in place. */
export function unseenModelCall(
  call: CallExpression,
  imports: Pick<FileImports, 'modules'>,
): string | undefined {
  const { expression } = call;
  const isOptionalRun =
    ts.isPropertyAccessExpression(expression) &&
    expression.name.text === 'run' &&
    expression.getText().includes('?.') &&
    /\b_?ai\??\.run$/i.test(expression.getText());
  if (isOptionalRun) return 'AI?.run';
  const found = findClient(call, imports);
  return found?.isUnseen ? found.method : undefined;
}

function findClient(call: CallExpression, { modules }: Pick<FileImports, 'modules'>) {
  if (!ts.isPropertyAccessExpression(call.expression)) return undefined;
  if (!METHOD_WORDS.has(call.expression.name.text)) return undefined;
  const path = membersOf(call.expression);
  for (const { call: ending, packages, names, isUnseen } of METHODS) {
    const method = ending.exec(path)?.[1];
    if (!method) continue;
    const client = without(call.expression, method.split('.').length);
    const name = nameOf(client);
    // If the call is only reported, its client may have any name.
    const isImported =
      (isUnseen || CLIENT_NAME.test(name)) && [...modules].some((module) => packages.test(module));
    if (RECORDED.test(name) || !(isImported || !names || names.test(name))) continue;
    // If an optional client is missing, the call is skipped, but a wrapped call would throw. Parentheses around a client
    // are deleted by formatters inside our call, and the result of `remove` would mean something else.
    const isUnwrappable = ts.isOptionalChain(call.expression) || ts.isParenthesizedExpression(client);
    return { client, method, isUnseen: isUnseen || isUnwrappable };
  }
  return undefined;
}

/** Returns `.a.b` for `x.a.b`. */
function membersOf(callee: Expression): string {
  return ts.isPropertyAccessExpression(callee) ? `${membersOf(callee.expression)}.${callee.name.text}` : '';
}

function without(callee: Expression, members: number): Expression {
  return members > 0 && ts.isPropertyAccessExpression(callee)
    ? without(callee.expression, members - 1)
    : callee;
}

/** The name of a client. If a function creates or returns it, the name of the function. */
function nameOf(client: Expression): string {
  const inner = bare(client);
  if (ts.isAwaitExpression(inner)) return nameOf(inner.expression);
  return (ts.isCallExpression(inner) || ts.isNewExpression(inner) ? inner.expression : inner).getText();
}
