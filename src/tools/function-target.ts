import { CONTEXT_PARAMETER, INPUT_PARAMETER, REST_BINDING } from './generated-names.js';
import { findModelClients } from './models.js';
import { readOwnParameters, readParameters } from './parameters.js';
import type { FunctionTarget, ManualTarget } from './site.js';
import { type FunctionLike, identifiersIn, isAsync, type Node, ts } from './syntax.js';

/** What is the same for all functions of one file. */
export interface FileFacts {
  readonly aiBinding: string;
  readonly clientImported: boolean;
  readonly aiSdkImported: boolean;
  /** False where the server's type is the project's own: its handlers may not take a further parameter. */
  readonly mayAddParameters: boolean;
}

/** How the function is called: as MCP handlers are, with a `tools/call` request, or in a way of its own. */
export type Calling =
  | {
      readonly kind: 'mcp';
      readonly hasSchema: boolean | undefined;
      readonly schemaKeys?: readonly string[] | undefined;
    }
  | { readonly kind: 'request' }
  | { readonly kind: 'own' };

export function functionTarget(
  fn: FunctionLike,
  calling: Calling,
  facts: FileFacts,
): FunctionTarget | ManualTarget {
  if (fn.asteriskToken) return { kind: 'manual', reason: 'the handler is a generator' };
  const body = fn.body as Node;
  const identifiers = new Set(identifiersIn(fn).keys());
  return {
    kind: 'function',
    form: ts.isArrowFunction(fn) ? (ts.isBlock(body) ? 'block' : 'concise') : 'function',
    async: isAsync(fn),
    body: { start: body.getStart(), end: body.end },
    ...captured(fn, calling, facts, identifiers),
    models: findModelClients(body, facts),
    identifiers,
  };
}

function captured(fn: FunctionLike, calling: Calling, facts: FileFacts, identifiers: ReadonlySet<string>) {
  const added = [INPUT_PARAMETER, CONTEXT_PARAMETER, REST_BINDING];
  const taken = new Set(facts.mayAddParameters ? added.filter((name) => identifiers.has(name)) : added);
  switch (calling.kind) {
    case 'mcp':
      return readParameters(fn, calling.hasSchema, taken, calling.schemaKeys);
    case 'own':
      return readOwnParameters(fn);
    case 'request': {
      // `(request, context)`: the request says at run time which tool is meant.
      const { input, ...rest } = readParameters(fn, true, taken);
      return input ? { request: input.text, ...rest } : {};
    }
  }
}
