import { identifiersIn, type Node, type Statement, ts } from './syntax.js';

/** Whether every name that `source` starts from is declared where `at` can see it. */
export function isInScope(source: string, at: Node): boolean {
  const roots = [...source.matchAll(/(?<![.\w$?])[A-Za-z_$][\w$]*(?!\s*:)/g)].map(([name]) => name);
  return roots.filter((name) => !KEYWORDS.has(name)).every((name) => declaredAround(name, at));
}

const KEYWORDS = new Set(['this', 'as', 'any', 'unknown', 'undefined', 'null', 'true', 'false']);

/** Whether something between `at` and the file's top level declares a name again. */
export function isShadowed(name: string, at: Node): boolean {
  for (let around: Node | undefined = at; around && !ts.isSourceFile(around); around = around.parent) {
    if (ts.isFunctionLike(around)) {
      if (around.parameters.some((parameter) => identifiersIn(parameter.name).has(name))) return true;
    } else if (ts.isCaseBlock(around)) {
      if (around.clauses.some((clause) => declares(clause.statements, name))) return true;
    } else if (ts.isBlock(around)) {
      if (declares(around.statements, name)) return true;
    } else if (ts.isForOfStatement(around) || ts.isForInStatement(around)) {
      if (identifiersIn(around.initializer).has(name)) return true;
    }
  }
  return false;
}

function declaredAround(name: string, at: Node): boolean {
  for (let around: Node | undefined = at; around; around = around.parent) {
    if (ts.isFunctionLike(around)) {
      if (around.parameters.some((parameter) => identifiersIn(parameter.name).has(name))) return true;
    } else if (ts.isCaseBlock(around)) {
      if (around.clauses.some((clause) => declares(clause.statements, name))) return true;
    } else if (ts.isBlock(around) || ts.isSourceFile(around)) {
      if (declares(around.statements, name)) return true;
    } else if (ts.isForOfStatement(around) && identifiersIn(around.initializer).has(name)) return true;
  }
  return false;
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
