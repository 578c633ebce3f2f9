import { identifiersIn, type Node, type Statement, ts } from './syntax.js';

/** Returns true if every variable in `source` is in scope at `at`. */
export function isInScope(source: string, at: Node): boolean {
  const roots = [...source.matchAll(/(?<![.\w$?])[A-Za-z_$][\w$]*(?!\s*:)/g)].map(([name]) => name);
  return roots.filter((name) => !KEYWORDS.has(name)).every((name) => scopeOf(name, at) !== undefined);
}

const KEYWORDS = new Set(['this', 'as', 'any', 'unknown', 'undefined', 'null', 'true', 'false']);

/** Returns true if a scope between `at` and the file's top level declares the name again. */
export function isShadowed(name: string, at: Node): boolean {
  const scope = scopeOf(name, at);
  return scope !== undefined && !ts.isSourceFile(scope);
}

/** The nearest scope around `at` that declares a name. */
export function scopeOf(name: string, at: Node): Node | undefined {
  let around: Node | undefined = at;
  while (around && !declaresIn(around, name)) around = around.parent;
  return around;
}

function declaresIn(scope: Node, name: string): boolean {
  if (ts.isFunctionLike(scope)) {
    return scope.parameters.some((parameter) => identifiersIn(parameter.name).has(name));
  }
  if (ts.isCaseBlock(scope)) return scope.clauses.some((clause) => declares(clause.statements, name));
  if (ts.isBlock(scope) || ts.isSourceFile(scope)) return declares(scope.statements, name);
  const isLoop = ts.isForOfStatement(scope) || ts.isForInStatement(scope);
  return isLoop && identifiersIn(scope.initializer).has(name);
}

function declares(statements: readonly Statement[], name: string): boolean {
  return statements.some((statement) => {
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.some((one) => identifiersIn(one.name).has(name));
    }
    if (ts.isImportDeclaration(statement)) return identifiersIn(statement).has(name);
    const named = statement as { name?: Node };
    return named.name !== undefined && ts.isIdentifier(named.name) && named.name.text === name;
  });
}
