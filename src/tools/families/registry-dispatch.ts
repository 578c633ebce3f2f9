import type { Fact, Family } from '../family.js';
import type { FileContext } from '../file-context.js';
import { BARE_SITE, type HandlerSite, type NamedPlace, type ToolDefinition } from '../site.js';
import { isInScope, scopeOf } from '../syntax/scope.js';
import {
  bare,
  type CallExpression,
  type Expression,
  hasMember,
  lineOf,
  memberName,
  memberOf,
  type Node,
  type ObjectLiteral,
  type SourceFile,
  ts,
  walk,
} from '../syntax/syntax.js';
import { expressionTarget } from '../targets/expression-target.js';
import { isPath } from '../targets/request-parts.js';
import { functionIn, functionMember, saysSchema } from '../tool-object.js';
import { declarationIn } from '../values/values.js';
import { HANDLER_MEMBERS, isToolName } from '../vocabulary.js';

/** Every statement that destructures an object contains this text: `} =`, or `}: Tool =`. */
const DESTRUCTURES = String.raw`\}\s*[:=](?![=>])`;

/**
 * A registry with the tools' names as keys, and the call that finds a tool and runs it:
 * `registry[name].handler(input)`. Its file need not contain `tools/call`.
 */
export const registryDispatch: Family = {
  id: 'registry',
  prefilter: new RegExp(
    [
      String.raw`\.\s*(?:handler|execute|invoke|callback|handle)\s*\(|\]\s*\.\s*(?:cb|run|call|fn)\s*\(`,
      // `const { handler } = registry[name]`, also with another local name. It matches at most once in each file.
      String.raw`^(?=[^]*?\b(?:handler|execute)\s*[:(])(?=[^]*?${DESTRUCTURES})`,
    ].join('|'),
  ),
  isDispatch: true,
  isFallback: true,
  visit: {
    call(node, context) {
      const site = readDispatch(node, context);
      return site && [{ site }];
    },
    object: (node) => registryEntries(node).map((definition): Fact => ({ definition })),
  },
};

function readDispatch(call: CallExpression, { values }: FileContext): HandlerSite | undefined {
  const member = memberOf(call.expression) ?? destructuredMember(call.expression);
  if (!member || !HANDLER_MEMBERS.includes(member.name) || ts.isOptionalChain(call.expression))
    return undefined;
  const tools = values.valuesOf(member.owner);
  if (!tools || tools.length === 0 || !tools.every((one) => isEntry(one, member.name))) return undefined;
  const name = nameSource(bare(member.owner));
  if (name === undefined || !isInScope(name, call)) return undefined;
  const [input] = call.arguments;
  const captured = input && isPath(input) ? { input: { text: input.getText() } } : {};
  return {
    ...BARE_SITE,
    name: { kind: 'expression', source: name, label: `\${${name}}`, many: true },
    line: lineOf(call),
    family: 'registry',
    target: expressionTarget(call, captured),
    covers: namesOf(tools).filter((place) => place.file === call.getSourceFile()),
  };
}

/** Returns `handler` and `registry[name]` for `handler(…)`, after `const { handler } = registry[name]`. */
function destructuredMember(callee: Expression): { name: string; owner: Expression } | undefined {
  const node = bare(callee);
  if (!ts.isIdentifier(node) || !destructuredNames(node.getSourceFile()).has(node.text)) return undefined;
  const scope = scopeOf(node.text, node);
  const declared = scope && declarationIn(scope, node.text);
  if (!declared || !ts.isVariableDeclaration(declared) || !declared.initializer) return undefined;
  if (!ts.isObjectBindingPattern(declared.name)) return undefined;
  const part = declared.name.elements.find((one) => one.name.getText() === node.text);
  return part && { name: (part.propertyName ?? part.name).getText(), owner: bare(declared.initializer) };
}

const namesByFile = new WeakMap<SourceFile, Set<string>>();

/** Local names of destructured handlers. They are collected once for each file, because every call needs a lookup. */
function destructuredNames(file: SourceFile): Set<string> {
  const known = namesByFile.get(file);
  if (known) return known;
  const names = new Set<string>();
  // Most files destructure nothing and need no walk.
  if (!new RegExp(DESTRUCTURES).test(file.text)) {
    namesByFile.set(file, names);
    return names;
  }
  walk(file, (node) => {
    if (!ts.isVariableDeclaration(node) || !ts.isObjectBindingPattern(node.name)) return;
    for (const { propertyName, name } of node.name.elements) {
      if (HANDLER_MEMBERS.includes((propertyName ?? name).getText())) names.add(name.getText());
    }
  });
  namesByFile.set(file, names);
  return names;
}

/** Returns true for an object with a handler and a schema whose key is the tool's name. */
function isEntry(node: Node, member: string): boolean {
  return (
    ts.isObjectLiteralExpression(node) &&
    keyOf(node) !== undefined &&
    hasMember(node, member) &&
    isToolLike(node)
  );
}

function isToolLike(object: ObjectLiteral): boolean {
  return functionIn(object) !== undefined && saysSchema(object) && hasMember(object, 'description');
}

function namesOf(tools: readonly Node[]): (NamedPlace & { readonly file: Node })[] {
  return tools.flatMap((tool) => {
    const name = keyOf(tool);
    return name === undefined ? [] : [{ name, line: lineOf(tool.parent), file: tool.getSourceFile() }];
  });
}

/** The key of an object: in another object, or in a pair of a `Map`. */
function keyOf({ parent }: Node): string | undefined {
  if (ts.isPropertyAssignment(parent)) return memberName(parent.name);
  const [key, , ...more] = ts.isArrayLiteralExpression(parent) ? parent.elements : [];
  return key && more.length === 0 && ts.isStringLiteralLike(key) ? key.text : undefined;
}

/** The lookup key of the tool: `name` in `registry[name]`, `mustKnow(name)` and `registry.get(name)`. */
function nameSource(owner: Expression): string | undefined {
  if (ts.isElementAccessExpression(owner)) {
    return isPath(owner.argumentExpression) ? owner.argumentExpression.getText() : undefined;
  }
  if (ts.isCallExpression(owner)) {
    const named = owner.arguments.filter(isPath).map((one) => one.getText());
    return named.find((one) => /name|tool|id|key$/i.test(one)) ?? (named.length === 1 ? named[0] : undefined);
  }
  if (ts.isAwaitExpression(owner)) return nameSource(bare(owner.expression));
  if (!ts.isIdentifier(owner)) return undefined;
  const scope = scopeOf(owner.text, owner);
  const declared = scope && declarationIn(scope, owner.text);
  const value = declared && ts.isVariableDeclaration(declared) ? declared.initializer : undefined;
  return value && nameSource(bare(value));
}

/** The tools of an object, if all its members are tools. They are traced at the call. */
function registryEntries(object: ObjectLiteral): ToolDefinition[] {
  const entries = object.properties.map((property) => {
    const value = ts.isPropertyAssignment(property) ? bare(property.initializer) : undefined;
    const name = property.name && memberName(property.name);
    const isOne =
      value !== undefined &&
      ts.isObjectLiteralExpression(value) &&
      isToolLike(value) &&
      !hasMember(value, 'name');
    if (!isOne || name === undefined || !isToolName(name)) return undefined;
    const member = functionMember(value);
    return { name, line: lineOf(property), ...(member ? { member } : {}) };
  });
  return entries.every((one) => one !== undefined) ? entries : [];
}
