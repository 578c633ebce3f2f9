import { bare, type Node, ts, walk, walkFrom } from './syntax.js';

/**
 * Returns true if `source` uses a name that `body` declares, so `source` can't be moved above it.
 */
export function declaresNameOf(body: Node, source: string): boolean {
  const roots = new Set([...source.matchAll(/(?<![.\w$])[A-Za-z_$][\w$]*/g)].map(([name]) => name));
  let found = false;
  walk(body, (node) => {
    const name =
      ts.isVariableDeclaration(node) || ts.isBindingElement(node) || ts.isFunctionDeclaration(node)
        ? node.name
        : undefined;
    if (name && ts.isIdentifier(name) && roots.has(name.text)) found = true;
    return !found;
  });
  return found;
}

/**
 * Finds a member chain in `body` that an earlier condition narrowed, such as `params.arguments` after
 * `if (!params.arguments) return`. Inside a function, TypeScript loses the narrowed type.
 */
export function narrowedChain(body: Node): string | undefined {
  if (!/\.[cm]?tsx?$/.test(body.getSourceFile().fileName)) return undefined;
  const tested = testedChains(body);
  if (tested.size === 0) return undefined;
  let found: string | undefined;
  const look = (node: Node): boolean => {
    if (ts.isFunctionLike(node)) return false;
    if (ts.isPropertyAccessExpression(node) && !node.questionDotToken) {
      const owner = chainOf(node.expression);
      if (tested.has(owner) && !isAsserted(node.expression)) found ??= owner;
    }
    return !found;
  };
  walkFrom(body, look);
  return found;
}

/** The chains in earlier conditions of the function around `body`. */
function testedChains(body: Node): Set<string> {
  const tested = new Set<string>();
  const start = body.getStart();
  let around: Node | undefined = body.parent;
  while (around && !ts.isFunctionLike(around)) around = around.parent;
  if (!around) return tested;
  walk(around, (node) => {
    if (node.getStart() >= start) return false;
    if (ts.isIfStatement(node) || ts.isConditionalExpression(node)) {
      const condition = ts.isIfStatement(node) ? node.expression : node.condition;
      const note = (inner: Node) => {
        if (ts.isPropertyAccessExpression(inner)) tested.add(chainOf(inner));
      };
      walkFrom(condition, note);
    }
    return true;
  });
  return tested;
}

/** Returns `a.b` for `a?.b`, `a!.b` and `(a as X).b`. */
function chainOf(node: Node): string {
  const inner = ts.isExpression(node) ? bare(node) : node;
  if (!ts.isPropertyAccessExpression(inner)) return ts.isIdentifier(inner) ? '' : inner.getText();
  const owner = bare(inner.expression);
  const prefix =
    ts.isIdentifier(owner) || owner.kind === ts.SyntaxKind.ThisKeyword ? owner.getText() : chainOf(owner);
  return `${prefix}.${inner.name.text}`;
}

/** Returns true if the chain has `!`, `as` or parentheses, so it needs no narrowing. */
function isAsserted(node: Node): boolean {
  return ts.isNonNullExpression(node) || ts.isAsExpression(node) || ts.isParenthesizedExpression(node);
}
