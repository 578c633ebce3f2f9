import { scopeOf } from './scope.js';
import { bare, type Expression, memberOf, type Node, type SourceFile, ts, walk } from './syntax.js';

/** `server` and `tool` of `server.tool`. */
export type CalledMember = NonNullable<ReturnType<typeof memberOf>> & {
  /** A cast may hide the method's type. */
  readonly isCast?: true;
};

/** Returns the called member of a server: `server.tool`, `server['tool']`, or a variable with a bound method. */
export function calledMember(callee: Expression): CalledMember | undefined {
  const member = memberOf(bare(callee));
  return member ? { ...member, ...castOf(callee) } : boundMember(callee);
}

/** Returns `server` and `tool` for `add(…)`, after `const add = server.tool.bind(server)`. */
function boundMember(callee: Expression): CalledMember | undefined {
  if (!ts.isIdentifier(callee)) return undefined;
  const bound = bindingsIn(callee.getSourceFile()).get(callee.text);
  const scope = bound && scopeOf(callee.text, callee);
  return bound?.find((one) => one.scope === scope)?.member;
}

interface Binding {
  /** The block or file that declares the name. */
  readonly scope: Node;
  readonly member: CalledMember;
}

const bindings = new WeakMap<SourceFile, Map<string, Binding[]>>();

/** The file's variables with bound methods. They are collected once, because every call needs a lookup. */
function bindingsIn(file: SourceFile): Map<string, Binding[]> {
  const known = bindings.get(file);
  if (known) return known;
  const found = new Map<string, Binding[]>();
  if (file.text.includes('.bind(')) {
    walk(file, (node) => {
      if (!ts.isVariableDeclaration(node) || !node.initializer) return;
      const bound = boundIn(bare(node.initializer));
      const member = bound && { ...bound, ...castOf(node.initializer) };
      // The parents are the list, the statement, and the block around it.
      const scope = node.parent.parent.parent;
      if (member)
        found.set(node.name.getText(), [...(found.get(node.name.getText()) ?? []), { scope, member }]);
    });
  }
  bindings.set(file, found);
  return found;
}

function boundIn(value: Expression): CalledMember | undefined {
  const bind = ts.isCallExpression(value) ? memberOf(value.expression) : undefined;
  return bind?.name === 'bind' ? memberOf(bind.owner) : undefined;
}

function castOf(expression: Expression): { isCast?: true } {
  return bare(expression) === expression ? {} : { isCast: true };
}
