import type { ts as Typescript } from 'ts-morph';
import { SourceSyntaxError } from '../../core/errors.js';
import { lineAt } from '../../core/findings.js';
import { type Compiler, loadCompiler } from './compiler.js';

/**
 * The compiler. Other modules must import it from here. It needs a tenth of a second or more to start, so it starts
 * with the first parsed file. Code outside functions must not use it.
 */
export let ts: Compiler;

function startCompiler(): void {
  ts ??= loadCompiler();
}

export type Node = Typescript.Node;
export type SourceFile = Typescript.SourceFile;
export type Expression = Typescript.Expression;
export type Identifier = Typescript.Identifier;
export type CallExpression = Typescript.CallExpression;
export type ObjectLiteral = Typescript.ObjectLiteralExpression;
export type ArrayLiteral = Typescript.ArrayLiteralExpression;
export type BindingName = Typescript.BindingName;
export type BindingElement = Typescript.BindingElement;
export type ImportDeclaration = Typescript.ImportDeclaration;
export type ArrowFunction = Typescript.ArrowFunction;
export type ParameterDeclaration = Typescript.ParameterDeclaration;
export type ParameterList = Typescript.NodeArray<Typescript.ParameterDeclaration>;
export type InlineFunction = Typescript.ArrowFunction | Typescript.FunctionExpression;
/** A function that can be a handler. */
export type FunctionLike = InlineFunction | Typescript.MethodDeclaration | Typescript.FunctionDeclaration;
export type SwitchStatement = Typescript.SwitchStatement;
export type CaseClause = Typescript.CaseClause;
export type SyntaxKind = Typescript.SyntaxKind;
export type Statement = Typescript.Statement;
export type Block = Typescript.Block;
export type BinaryExpression = Typescript.BinaryExpression;
export type ExpressionStatement = Typescript.ExpressionStatement;
export type IfStatement = Typescript.IfStatement;
export type SpreadElement = Typescript.SpreadElement;
export type ClassLike = Typescript.ClassLikeDeclaration;
export type ClassElement = Typescript.ClassElement;
export type ConditionalExpression = Typescript.ConditionalExpression;
export type ExportDeclaration = Typescript.ExportDeclaration;
export type FunctionDeclaration = Typescript.FunctionDeclaration;
export type MethodDeclaration = Typescript.MethodDeclaration;
export type NewExpression = Typescript.NewExpression;
export type PropertyAccessExpression = Typescript.PropertyAccessExpression;
export type PropertyAssignment = Typescript.PropertyAssignment;
export type PropertyDeclaration = Typescript.PropertyDeclaration;
export type VariableDeclaration = Typescript.VariableDeclaration;

/**
 * Parses a file. Offsets in the tree are offsets in `text`, including a BOM.
 * @throws SourceSyntaxError with file and line, if the text does not parse
 */
export function parse(path: string, text: string): SourceFile {
  const file = treeOf(path, text);
  const fault = faultOf(file);
  if (fault) {
    throw new SourceSyntaxError(
      `${ts.flattenDiagnosticMessageText(fault.messageText, ' ')}`,
      'Fix the syntax, then run the command again. Nothing was changed.',
      { file: path, line: lineAt(text, fault.start) },
    );
  }
  return file;
}

/** Parses a file. Undefined if the text does not parse. */
export function tryParse(path: string, text: string): SourceFile | undefined {
  const file = treeOf(path, text);
  return faultOf(file) ? undefined : file;
}

function treeOf(path: string, text: string): SourceFile {
  startCompiler();
  // Parsing JSDoc costs a tenth of the time. It is needed only where it contains a tool's schema.
  const { ParseAll, ParseNone } = ts.JSDocParsingMode;
  const jsDocParsingMode = /workers-mcp|Entrypoint|export\s+default\s+class/.test(text)
    ? ParseAll
    : ParseNone;
  return ts.createSourceFile(path, text, { ...latest(), jsDocParsingMode }, true, scriptKind(path));
}

function latest() {
  return { languageVersion: ts.ScriptTarget.Latest };
}

function faultOf(file: SourceFile): Typescript.DiagnosticWithLocation | undefined {
  return (file as unknown as { parseDiagnostics: Typescript.DiagnosticWithLocation[] }).parseDiagnostics[0];
}

function scriptKind(path: string): Typescript.ScriptKind {
  const extension = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  switch (extension) {
    case 'tsx':
      return ts.ScriptKind.TSX;
    case 'js':
    case 'mjs':
    case 'cjs':
    case 'jsx':
      // Bundlers allow JSX in .js, and plain JavaScript parses the same way.
      return ts.ScriptKind.JSX;
    default:
      return ts.ScriptKind.TS;
  }
}

/** Calls `visit` for every node below `node`, in source order. If it returns `false`, the subtree is skipped. */
export function walk(node: Node, visit: (node: Node) => unknown): void {
  const step = (child: Node): void => {
    if (visit(child) !== false) ts.forEachChild(child, step);
  };
  ts.forEachChild(node, step);
}

/** Like `walk`, but visits `node` too. */
export function walkFrom(node: Node, visit: (node: Node) => unknown): void {
  if (visit(node) !== false) walk(node, visit);
}

/** Returns true if a node contains no code that runs: a name, a literal, a type. */
export function isInert({ kind }: Node): boolean {
  inertKinds ??= Array.from({ length: ts.SyntaxKind.Count }, (_, one) => isInertKind({ kind: one } as Node));
  return inertKinds[kind] === true;
}

/** The answers by the compiler's number of a kind. Built once, because every node needs a lookup. */
let inertKinds: readonly boolean[] | undefined;

function isInertKind(node: Node): boolean {
  return (
    ts.isTokenKind(node.kind) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    // A base class is an expression.
    (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node))
  );
}

/** The expression without parentheses, `as`, `satisfies` and `!`. */
export function bare(expression: Expression): Expression {
  let node = expression;
  while (
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isTypeAssertionExpression(node) ||
    ts.isNonNullExpression(node)
  ) {
    node = node.expression;
  }
  return node;
}

export function isInlineFunction(node: Node): node is InlineFunction {
  return ts.isArrowFunction(node) || ts.isFunctionExpression(node);
}

export function isAsync(fn: FunctionLike): boolean {
  return fn.modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.AsyncKeyword) ?? false;
}

export function isFunctionWithBody(node: Node): node is FunctionLike & { body: Node } {
  return (
    isInlineFunction(node) ||
    ((ts.isMethodDeclaration(node) || ts.isFunctionDeclaration(node)) && node.body !== undefined)
  );
}

/** The nearest function around `node`. */
export function functionAround(node: Node): FunctionLike | undefined {
  let current = node.parent;
  while (current && !isFunctionWithBody(current)) current = current.parent;
  return current as FunctionLike | undefined;
}

/** Returns whether `node` awaits or yields. Inner functions do not count. */
export function suspends(node: Node): 'await' | 'yield' | undefined {
  let found: 'await' | 'yield' | undefined;
  const look = (inner: Node): boolean => {
    if (ts.isFunctionLike(inner)) return false;
    if (ts.isAwaitExpression(inner) || (ts.isForOfStatement(inner) && inner.awaitModifier)) found ??= 'await';
    if (ts.isYieldExpression(inner)) found = 'yield';
    return true;
  };
  walkFrom(node, look);
  return found;
}

/** The value of a property in an object literal. Undefined if it is missing. */
export function property(object: ObjectLiteral, name: string): Expression | undefined {
  for (const member of object.properties) {
    if (ts.isPropertyAssignment(member) && memberName(member.name) === name) return member.initializer;
    if (ts.isShorthandPropertyAssignment(member) && member.name.text === name) return member.name;
  }
  return undefined;
}

/** Returns `tool` and `server` for `server.tool` and `server['tool']`. */
export function memberOf(expression: Expression): { name: string; owner: Expression } | undefined {
  if (ts.isPropertyAccessExpression(expression)) {
    return { name: expression.name.text, owner: expression.expression };
  }
  if (!ts.isElementAccessExpression(expression)) return undefined;
  const { argumentExpression, expression: owner } = expression;
  return ts.isStringLiteralLike(argumentExpression) ? { name: argumentExpression.text, owner } : undefined;
}

export function memberName(name: Typescript.PropertyName): string | undefined {
  return ts.isIdentifier(name) || ts.isStringLiteralLike(name) ? name.text : undefined;
}

/** The number of uses of each identifier in the tree. */
export function identifiersIn(root: Node): Map<string, number> {
  const counts = new Map<string, number>();
  const count = (node: Node) => {
    if (ts.isIdentifier(node)) counts.set(node.text, (counts.get(node.text) ?? 0) + 1);
  };
  walkFrom(root, count);
  return counts;
}

/** Returns true if a function's body begins with a directive, such as `'use step'`. */
export function hasDirective({ body }: FunctionLike): boolean {
  const [first] = body && ts.isBlock(body) ? body.statements : [];
  return first !== undefined && ts.isExpressionStatement(first) && ts.isStringLiteral(first.expression);
}

/** The names that `var` declares in a tree, except in inner functions. */
export function varsIn(root: Node): Set<string> {
  const names = new Set<string>();
  walk(root, (node) => {
    if (ts.isFunctionLike(node)) return false;
    if (ts.isVariableDeclarationList(node) && !(node.flags & ts.NodeFlags.BlockScoped)) {
      for (const { name } of node.declarations) for (const one of identifiersIn(name).keys()) names.add(one);
    }
    return true;
  });
  return names;
}

/** The 1-based line in which a node begins. */
export function lineOf(node: Node): number {
  const file = node.getSourceFile();
  return file.getLineAndCharacterOfPosition(node.getStart()).line + 1;
}

export function hasMember(object: ObjectLiteral, wanted: string): boolean {
  return object.properties.some((member) => member.name && memberName(member.name) === wanted);
}

/** Returns true if a call is of the function with this local name. */
export function isCallOf(call: CallExpression, name: string | undefined): boolean {
  return name !== undefined && ts.isIdentifier(call.expression) && call.expression.text === name;
}
