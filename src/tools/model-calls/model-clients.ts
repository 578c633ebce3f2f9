import type { FileImports } from '../syntax/imports.js';
import { bare, type CallExpression, type Expression, ts } from '../syntax/syntax.js';

/** Methods of a provider's client that ask a model. */
interface Methods {
  /** How such a call ends: the first group is what comes after the client. */
  readonly call: RegExp;
  /** Where the client comes from, */
  readonly packages: RegExp;
  /** or what it is called in a file that only uses it; absent where no other service's calls end so. */
  readonly names?: RegExp;
  /** It asks by ways of its own: no call of a method that the runtime watches, or one whose answer it never reads. */
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

/** The last word of every call above: most calls of a file end in none of them. */
const LAST_WORDS: ReadonlySet<string> = new Set(
  METHODS.flatMap(({ call }) => call.source.match(/\w+/g) ?? []),
);

/** Common names of model clients; `twilio.messages.create` belongs to another service. */
const CLIENT_NAME = /ai|anthropic|claude|groq|gemini|gpt|llm|model|client/i;

/** `observeOpenAI(client)`, `wrapSDK(client)`: these calls are recorded already. */
const RECORDED = /^(observe|wrap|trace)/i;

/** The client of a model call, if its provider is known and it can be wrapped in place. */
export function sdkClient(
  call: CallExpression,
  imports: Pick<FileImports, 'modules'>,
): Expression | undefined {
  const found = findClient(call, imports);
  return found?.isUnseen ? undefined : found?.client;
}

/** Name of a model call that can't be wrapped in place. */
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
  if (!LAST_WORDS.has(call.expression.name.text)) return undefined;
  const path = membersOf(call.expression);
  for (const { call: ending, packages, names, isUnseen } of METHODS) {
    const method = ending.exec(path)?.[1];
    if (!method) continue;
    const client = without(call.expression, method.split('.').length);
    const name = nameOf(client);
    // A call that is only reported may have a client of any name.
    const isImported =
      (isUnseen || CLIENT_NAME.test(name)) && [...modules].some((module) => packages.test(module));
    if (RECORDED.test(name) || !(isImported || !names || names.test(name))) continue;
    // An optional client can't be wrapped: the call would be skipped today, but the wrapped one would throw.
    // A client in brackets can't be wrapped either: formatters drop them inside our call, and the result of `remove` would mean
    // something else.
    const isFixed = ts.isOptionalChain(call.expression) || ts.isParenthesizedExpression(client);
    return { client, method, isUnseen: isUnseen || isFixed };
  }
  return undefined;
}

/** `.a.b` of `x.a.b`. */
function membersOf(callee: Expression): string {
  return ts.isPropertyAccessExpression(callee) ? `${membersOf(callee.expression)}.${callee.name.text}` : '';
}

function without(callee: Expression, members: number): Expression {
  return members > 0 && ts.isPropertyAccessExpression(callee)
    ? without(callee.expression, members - 1)
    : callee;
}

/** Name of a client; for a created or fetched one, the name of the function. */
function nameOf(client: Expression): string {
  const inner = bare(client);
  if (ts.isAwaitExpression(inner)) return nameOf(inner.expression);
  return (ts.isCallExpression(inner) || ts.isNewExpression(inner) ? inner.expression : inner).getText();
}
