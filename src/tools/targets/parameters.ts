import { CONTEXT_PARAMETER, INPUT_PARAMETER, REST_BINDING } from '../generated-names.js';
import type { FunctionTarget, InputSource } from '../site.js';
import {
  type BindingElement,
  type BindingName,
  type FunctionLike,
  type ParameterDeclaration,
  ts,
} from '../syntax/syntax.js';

type Captured = Pick<FunctionTarget, 'input' | 'context' | 'addParameters'>;

/**
 * Reads the names of a handler's input and context, and plans the parameters to add if they have no name. A tool with
 * a schema is called with `(args, context)`, a tool without one with `(context)`.
 */
export function readParameters(
  fn: FunctionLike,
  hasSchema: boolean | undefined,
  taken: ReadonlySet<string>,
  schemaKeys?: readonly string[] | undefined,
): Captured {
  const parameters = fn.parameters.filter((parameter) => parameter.name.getText() !== 'this');
  const [first, second] = parameters;
  if (first?.dotDotDotToken) {
    if (hasSchema !== true || !ts.isIdentifier(first.name)) return {};
    return { input: { text: `${first.name.text}[0]` }, context: `${first.name.text}[1]` };
  }
  if (hasSchema === false || (hasSchema === undefined && first && !second && looksLikeContext(first))) {
    if (first) return withContext(sourceOf(first.name)?.text, first);
    return canAdd(fn, taken, CONTEXT_PARAMETER)
      ? { context: CONTEXT_PARAMETER, addParameters: [{ at: afterParenthesis(fn), text: CONTEXT_PARAMETER }] }
      : {};
  }
  if (!first) {
    // If the schema is unknown, the first argument may be the context, which must not be recorded as input.
    if (hasSchema !== true) return {};
    if (!canAdd(fn, taken, INPUT_PARAMETER) || !canAdd(fn, taken, CONTEXT_PARAMETER)) return {};
    return {
      input: { text: INPUT_PARAMETER },
      context: CONTEXT_PARAMETER,
      addParameters: [{ at: afterParenthesis(fn), text: `${INPUT_PARAMETER}, ${CONTEXT_PARAMETER}` }],
    };
  }
  const captured = withRest(first, schemaKeys, taken) ?? withoutRest(first);
  if (second?.dotDotDotToken) return captured;
  if (second) return { ...captured, ...withContext(sourceOf(second.name)?.text, second) };
  if (!canAdd(fn, taken, CONTEXT_PARAMETER)) return captured;
  return {
    ...captured,
    context: CONTEXT_PARAMETER,
    addParameters: [...(captured.addParameters ?? []), { at: first.end, text: `, ${CONTEXT_PARAMETER}` }],
  };
}

function withoutRest(first: ParameterDeclaration): Captured {
  const input = sourceOf(first.name);
  return input && input.members?.length !== 0 ? { input } : {};
}

/** If a handler destructures only some of its arguments, a rest element names the others. */
function withRest(
  first: ParameterDeclaration,
  schemaKeys: readonly string[] | undefined,
  taken: ReadonlySet<string>,
): Captured | undefined {
  const { name } = first;
  if (!schemaKeys || taken.has(REST_BINDING) || !ts.isObjectBindingPattern(name)) return undefined;
  const { elements } = name;
  const last = elements.at(-1);
  // If there is a trailing comma, `remove` could not know who wrote it.
  if (!last || last.dotDotDotToken || elements.hasTrailingComma) return undefined;
  const named = elements.map((element) => (element.propertyName ?? element.name).getText());
  const input = sourceOf(name);
  if (!input?.members || schemaKeys.every((key) => named.includes(key))) return undefined;
  const members = [...input.members, `...${REST_BINDING}`];
  return {
    input: { text: `{ ${members.join(', ')} }`, members },
    addParameters: [{ at: last.end, text: `, ...${REST_BINDING}` }],
  };
}

function withContext(context: string | undefined, parameter: ParameterDeclaration): Captured {
  // `remove` would delete a user's parameter with our name, so it is not used.
  if (context === CONTEXT_PARAMETER) return {};
  return context && !parameter.dotDotDotToken ? { context } : {};
}

/** Members of a request context (MCP SDK v1 RequestHandlerExtra, v2 ServerContext). Arguments do not have them. */
const CONTEXT_MEMBERS = new Set([
  'authInfo',
  'sessionId',
  'signal',
  'requestInfo',
  'requestId',
  'sendNotification',
  'sendRequest',
  '_meta',
  'mcpReq',
  'http',
]);

/**
 * The input of a function that is not called like an MCP handler: the parameter with a usual name for arguments. Other
 * parameters may be clients, tokens or the environment, so they are not recorded.
 */
export function readOwnParameters(fn: FunctionLike): Captured {
  const named = fn.parameters.filter(({ name }) => ts.isIdentifier(name) && ARGUMENT_NAME.test(name.text));
  const [only, ...more] = named;
  if (only) return more.length === 0 && !only.dotDotDotToken ? { input: { text: only.name.getText() } } : {};
  const patterns = fn.parameters.flatMap((one) =>
    ts.isObjectBindingPattern(one.name) && !looksLikeContext(one) ? [one.name] : [],
  );
  const [pattern] = patterns;
  if (!pattern || patterns.length > 1) return {};
  // In `{ args, accessToken }`, only the arguments are recorded.
  const inner = pattern.elements.find((one) => ARGUMENT_NAME.test((one.propertyName ?? one.name).getText()));
  if (inner) return ts.isIdentifier(inner.name) ? { input: { text: inner.name.text } } : {};
  const input = pattern.elements.some(mayHoldSecret) ? undefined : sourceOf(pattern);
  return input && input.members?.length !== 0 ? { input } : {};
}

/**
 * The input of a function that only a helper of the project calls: the parameter with a usual name for arguments, or
 * one that is destructured into names of the schema. Other arguments are not recorded.
 */
export function readHelperParameters(fn: FunctionLike, schemaKeys: readonly string[] = []): Captured {
  const isOfSchema = (element: BindingElement) =>
    schemaKeys.includes((element.propertyName ?? element.name).getText()) && !mayHoldSecret(element);
  const isArguments = ({ name }: ParameterDeclaration) =>
    ts.isObjectBindingPattern(name) && name.elements.length > 0 && name.elements.every(isOfSchema);
  const first = fn.parameters.find(isArguments);
  // In `(_, { id })`, the owner of `id` is unknown.
  const isUnambiguous = fn.parameters.every(
    (one) => one === first || !ts.isIdentifier(one.name) || NOT_ARGUMENTS.test(one.name.text),
  );
  if (first && isUnambiguous) {
    const isOnly = fn.parameters.filter(isArguments).length === 1;
    const input = isOnly ? sourceOf(first.name) : undefined;
    return input ? { input } : {};
  }
  const { input } = readOwnParameters(fn);
  // A name of one letter is not enough: `a` may be an account, `p` a person.
  return input && !input.members && input.text.length > 1 ? { input } : {};
}

/** Common names for a tool's arguments. */
export const ARGUMENT_NAME =
  /^_*(a|p|args?|arguments|params?|parameters|input|inputs|(tool|call)_?(args|input|params|arguments))$/i;

/** Names of other arguments that may contain or reach a secret. */
const NOT_ARGUMENTS =
  /token|secret|passw|credential|auth|header|cookie|environment|apikey|api_key|^(env|ctx|context|client|session|db|api|server|request|req|c)$/i;

function mayHoldSecret(element: BindingElement): boolean {
  return NOT_ARGUMENTS.test((element.propertyName ?? element.name).getText());
}

/** Returns true if the name of the first parameter shows that it is not MCP's `(args, context)`. */
export function takesItsOwn(fn: FunctionLike): boolean {
  const name = fn.parameters[0]?.name;
  return name !== undefined && ts.isIdentifier(name) && NOT_ARGUMENTS.test(name.text);
}

function looksLikeContext(parameter: ParameterDeclaration): boolean {
  const { name } = parameter;
  if (ts.isIdentifier(name)) return /^_*(extra|ctx|context)$/i.test(name.text);
  return name.elements.some(
    (element) =>
      ts.isBindingElement(element) && CONTEXT_MEMBERS.has((element.propertyName ?? element.name).getText()),
  );
}

/** Returns false for an arrow function without parentheses (`args => …`), which can't get a second parameter. */
function canAdd(fn: FunctionLike, taken: ReadonlySet<string>, name: string): boolean {
  if (taken.has(name)) return false;
  if (!ts.isArrowFunction(fn)) return true;
  return fn.getSourceFile().text.slice(fn.parameters.end, fn.equalsGreaterThanToken.pos).includes(')');
}

/** The offset after the parenthesis that opens the parameters. */
function afterParenthesis(fn: FunctionLike): number {
  return fn.parameters.pos;
}

/** The expression that rebuilds a destructured value: for `{ a: { b }, ...rest }`, the same text. */
function sourceOf(name: BindingName): InputSource | undefined {
  if (ts.isIdentifier(name)) return { text: name.text };
  if (ts.isArrayBindingPattern(name)) return undefined;
  const members: string[] = [];
  for (const element of name.elements) {
    const inner = sourceOf(element.name);
    if (!inner) return undefined;
    if (element.dotDotDotToken) members.push(`...${inner.text}`);
    else if (element.propertyName) members.push(`${element.propertyName.getText()}: ${inner.text}`);
    else members.push(inner.text);
  }
  return { text: members.length === 0 ? '{}' : `{ ${members.join(', ')} }`, members };
}
