import type { Edit } from '../../src/core/edits.js';
import { type CallExpression, parse, ts, walk } from '../../src/tools/syntax/syntax.js';

/** A wrapper in the text of a written file. The plan is not used. */
export interface Written {
  /** Relative to the project. */
  readonly file: string;
  /** A server is observed, with tools that only the server knows. */
  readonly kind: 'tool' | 'server';
  /** The literal name; undefined if only the request contains it. */
  readonly name: string | undefined;
  /** 1-based line of the wrapped code, in the file before `init`. */
  readonly line: number;
}

/** Reads the wrappers of a text, and maps each one to its line in the original file. */
export function writtenWrappers(
  file: string,
  before: string,
  after: string,
  edits: readonly Edit[],
): Written[] {
  const found: Written[] = [];
  walk(parse(file, after), (node) => {
    if (!ts.isCallExpression(node)) return true;
    const one = traceOf(node) ?? handedOver(node) ?? observed(node);
    if (one) {
      const at = original(one.around, edits);
      found.push({
        file,
        kind: one.kind ?? 'tool',
        name: one.name,
        line: before.slice(0, at).split('\n').length,
      });
    }
    return true;
  });
  return found;
}

interface Found {
  readonly kind?: 'server';
  readonly name: string | undefined;
  readonly around: number;
}

/** `createTrace({ …, metadata: mcpToolMetadata('server', 'name', …) }).run(() => …)` */
function traceOf({ expression, arguments: [run] }: CallExpression): Found | undefined {
  if (!run || !ts.isPropertyAccessExpression(expression) || expression.name.text !== 'run') return undefined;
  const trace = expression.expression;
  if (!ts.isCallExpression(trace) || trace.expression.getText() !== 'createTrace') return undefined;
  if (!ts.isArrowFunction(run)) return undefined;
  const [, name] =
    /mcpToolMetadata\(\s*(?:'[^']*'|"[^"]*"),\s*(?:'([^']*)'|"[^"]*")/.exec(trace.getText()) ?? [];
  const [, double] = /mcpToolMetadata\(\s*(?:'[^']*'|"[^"]*"),\s*"([^"]*)"/.exec(trace.getText()) ?? [];
  const { body } = run;
  // The braces may be ours. Then the user's code begins with its first statement.
  const [first] = ts.isBlock(body) ? body.statements : [];
  return { name: name ?? double, around: first ? first.getStart() : body.getStart() };
}

/** `traceMcpTool('server', 'name', 'task', handler)` */
function handedOver({ expression, arguments: given }: CallExpression): Found | undefined {
  const [, name, , handler] = given;
  if (!name || !handler || expression.getText() !== 'traceMcpTool') return undefined;
  return { name: ts.isStringLiteralLike(name) ? name.text : undefined, around: handler.getStart() };
}

/** `observeServer(server, 'name')` */
function observed({ expression, arguments: [server] }: CallExpression): Found | undefined {
  if (!server || expression.getText() !== 'observeServer') return undefined;
  return { kind: 'server', name: undefined, around: server.getStart() };
}

/** Converts an offset in a text after edits to one before them. */
function original(after: number, edits: readonly Edit[]): number {
  let shift = 0;
  for (const { start, end, text } of [...edits].sort((a, b) => a.start - b.start)) {
    if (start + shift >= after) break;
    shift += text.length - (end - start);
  }
  return after - shift;
}
