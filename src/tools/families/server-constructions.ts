import type { Family } from '../family.js';
import type { FileContext } from '../file-context.js';
import type { ServerSite } from '../site.js';
import {
  bare,
  type ClassLike,
  type Expression,
  lineOf,
  type NewExpression,
  type Node,
  property,
  type SourceFile,
  ts,
  walk,
} from '../syntax/syntax.js';
import { isServerClass } from '../vocabulary.js';

/** Modules with an `McpServer` or `Server` that our runtime can observe. */
const OBSERVABLE = /^(?:@modelcontextprotocol\/(?:sdk|server)(?:\/|$)|mcp-lite(?:\/|$)|tmcp(?:\/|$))/;

/** Code that creates a server. To wrap it shows every request, even if it reaches no handler. */
export const serverConstructions: Family = {
  id: 'server construction',
  prefilter: /new\s+[\w$.]*Server\b/,
  visit: {
    new(node, context) {
      if (!isObservable(node.expression, context)) return [];
      const server = serverSite(node, context);
      const isNamedByFamily = isServerClass(node.expression.getText());
      return [{ server }, ...(server.name && !isNamedByFamily ? [{ serverName: server.name }] : [])];
    },
  },
};

function serverSite(node: NewExpression, { constants }: FileContext): ServerSite {
  const object = node.arguments?.[0] && constants.object(node.arguments[0]);
  const written = object && property(object, 'name');
  const name = written && constants.text(written);
  return {
    start: node.getStart(),
    end: node.end,
    line: lineOf(node),
    ...(name === undefined ? {} : { name }),
    ...(written && ts.isStringLiteral(written) ? { quote: written.getText()[0] as '"' | "'" } : {}),
    ...(isOfAgent(node) ? { isOfAgent: true } : {}),
  };
}

/** Returns true if the class is a library's server, or a class of this file that extends one. */
function isObservable(made: Expression, context: FileContext, depth = 0): boolean {
  const node = bare(made);
  const [name = '', owner] = ts.isPropertyAccessExpression(node)
    ? [node.name.text, node.expression.getText()]
    : [node.getText(), undefined];
  const module = moduleOf(owner ?? name, context);
  if (module !== undefined)
    return OBSERVABLE.test(module) && /Server$/.test(importedName(name, context.file));
  const base = owner === undefined && depth < 5 ? baseOf(classNamed(name, context.file)) : undefined;
  return base !== undefined && isObservable(base, context, depth + 1);
}

/** The module of a name, from an import or from `const { Server } = await import('…')`. */
function moduleOf(name: string, { imports, file }: FileContext): string | undefined {
  const imported = imports.locals.get(name);
  if (imported !== undefined || !file.text.includes('import(')) return imported;
  let module: string | undefined;
  walk(file, (node) => {
    if (!ts.isVariableDeclaration(node) || !node.initializer) return !module;
    const value = bare(node.initializer);
    const call = ts.isAwaitExpression(value) ? bare(value.expression) : value;
    if (!ts.isCallExpression(call) || call.expression.kind !== ts.SyntaxKind.ImportKeyword) return !module;
    const [from] = call.arguments;
    const binds = new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`).test(node.name.getText());
    if (from && ts.isStringLiteralLike(from) && binds) module = from.text;
    return !module;
  });
  return module;
}

/** Returns `McpServer` for `Base`, after `import { McpServer as Base }`. */
function importedName(local: string, file: SourceFile): string {
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement)) continue;
    const named = statement.importClause?.namedBindings;
    const found =
      named && ts.isNamedImports(named) && named.elements.find((element) => element.name.text === local);
    if (found) return (found.propertyName ?? found.name).text;
  }
  return local;
}

function classNamed(name: string, file: SourceFile): ClassLike | undefined {
  return file.statements.find(
    (statement): statement is ClassLike & typeof statement =>
      ts.isClassDeclaration(statement) && statement.name?.text === name,
  );
}

function baseOf(made: ClassLike | undefined): Expression | undefined {
  const clause = made?.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword);
  return clause?.types[0]?.expression;
}

/** Returns true if `this` is an McpAgent there. Its props identify the user. */
export function isOfAgent(node: Node): boolean {
  for (let around: Node | undefined = node.parent; around; around = around.parent) {
    if (ts.isFunctionDeclaration(around) || ts.isFunctionExpression(around)) return false;
    if (ts.isClassLike(around)) return /(^|\.)McpAgent\b/.test(baseOf(around)?.getText() ?? '');
    const isStatic =
      ts.isClassElement(around) && (ts.getCombinedModifierFlags(around) & ts.ModifierFlags.Static) !== 0;
    if (isStatic) return false;
  }
  return false;
}
