import type { HandlerContext } from '../file-context.js';
import { CONTEXT_PARAMETER, INPUT_PARAMETER, REST_BINDING } from '../generated-names.js';
import type { FunctionTarget, ManualTarget } from '../site.js';
import { indentedLines } from '../syntax/line-starts.js';
import {
  type FunctionLike,
  hasDirective,
  identifiersIn,
  isAsync,
  type Node,
  ts,
  varsIn,
} from '../syntax/syntax.js';
import { readHelperParameters, readOwnParameters, readParameters } from './parameters.js';

/** How a function is called: as an MCP handler, with a `tools/call` request, in the project's own way, or by a helper. */
export type Calling =
  | {
      readonly kind: 'mcp';
      readonly hasSchema: boolean | undefined;
      readonly schemaKeys?: readonly string[] | undefined;
    }
  | { readonly kind: 'request' }
  | { readonly kind: 'own' }
  | { readonly kind: 'helper'; readonly schemaKeys?: readonly string[] | undefined };

export function functionTarget(
  fn: FunctionLike,
  calling: Calling,
  context: HandlerContext,
): FunctionTarget | ManualTarget {
  if (fn.asteriskToken) return { kind: 'manual', reason: 'the handler is a generator' };
  const body = fn.body as Node;
  if (redeclaresParameter(fn, body)) {
    return { kind: 'manual', reason: 'the handler declares one of its parameters again with `var`' };
  }
  if (hasDirective(fn)) return { kind: 'manual', reason: 'the handler begins with a directive' };
  const identifiers = new Set(identifiersIn(fn).keys());
  const start = body.getStart();
  return {
    kind: 'function',
    form: ts.isArrowFunction(fn) ? (ts.isBlock(body) ? 'block' : 'concise') : 'function',
    async: isAsync(fn),
    body: { start, end: body.end },
    lines: indentedLines(body.getSourceFile(), start, body.end),
    parameters: {
      start: fn.parameters[0]?.getStart() ?? fn.parameters.pos,
      end: fn.parameters.at(-1)?.end ?? fn.parameters.pos,
    },
    ...(ts.isParenthesizedExpression(body) ? { isInParentheses: true } : {}),
    ...captured(fn, calling, context, identifiers),
    ...looseReturns(fn),
    models: context.models.filter((model) => model.start >= start && model.end <= body.end),
    identifiers,
  };
}

function captured(
  fn: FunctionLike,
  calling: Calling,
  context: HandlerContext,
  identifiers: ReadonlySet<string>,
) {
  const added = [INPUT_PARAMETER, CONTEXT_PARAMETER, REST_BINDING];
  const taken = new Set(context.mayAddParameters ? added.filter((name) => identifiers.has(name)) : added);
  switch (calling.kind) {
    case 'mcp':
      return readParameters(fn, calling.hasSchema, taken, calling.schemaKeys);
    case 'own':
      return readOwnParameters(fn);
    case 'helper':
      return readHelperParameters(fn, calling.schemaKeys);
    case 'request': {
      // In `(request, context)`, the request contains the tool's name.
      const { input, ...rest } = readParameters(fn, true, taken);
      return input ? { request: input.text, ...rest } : {};
    }
  }
}

/** `(limit) => { var limit = limit || 10; … }`: inside our function, that `var` would be another variable. */
function redeclaresParameter(fn: FunctionLike, body: Node): boolean {
  const names = varsIn(body);
  if (names.size === 0) return false;
  return fn.parameters.some((parameter) =>
    [...identifiersIn(parameter.name).keys()].some((name) => names.has(name)),
  );
}

/** A return type that allows a path without a value. The wrapped function needs it, to allow the same. */
function looseReturns(fn: FunctionLike): { returns?: string } {
  const written = fn.type?.getText();
  return written && /\b(any|void|unknown)\b/.test(written) ? { returns: written } : {};
}
