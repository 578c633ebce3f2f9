import { scopeOf } from '../syntax/scope.js';
import { bare, type Expression, type ObjectLiteral, ts } from '../syntax/syntax.js';
import { isAnnotations } from '../tool-object.js';
import { kindsOf, objectsOf } from '../values/kinds.js';
import { declarationIn, type ValueReader } from '../values/values.js';

/**
 * Returns true if a config contains a schema: then the handler gets `(args, context)`, otherwise `(context)`.
 * Undefined if unknown.
 */
export function configHasSchema(
  config: Expression,
  members: readonly string[],
  values: ValueReader,
): boolean | undefined {
  const objects = objectsOf(values.valuesOf(config));
  if (!objects) return undefined;
  return agreed(objects.map((object) => objectHasSchema(object, members, values)));
}

export function objectHasSchema(
  object: ObjectLiteral,
  members: readonly string[],
  values: ValueReader,
): boolean | undefined {
  let isOpen = false;
  for (const member of members) {
    const found = values.member(object, member);
    if (found === undefined) {
      const written = object.properties.find((one) => one.name?.getText() === member);
      const value = written && ts.isPropertyAssignment(written) ? written.initializer : undefined;
      if (value && isAlwaysThere(value)) return true;
      isOpen = true;
    } else if (found.length > 0) {
      const kinds = new Set(
        found.map((node) => kindsOf(node as Expression, values)).flatMap((one) => [...one]),
      );
      if (!kinds.has('nothing')) return true;
      if (kinds.size > 1) return undefined;
    }
  }
  return isOpen ? undefined : false;
}

/**
 * Returns true if a member always has a value. The value of a loop variable or a parameter may be missing. The result
 * of a package's function exists.
 */
function isAlwaysThere(value: Expression): boolean {
  let root: Expression = bare(value);
  while (ts.isPropertyAccessExpression(root) || ts.isCallExpression(root)) root = bare(root.expression);
  if (!ts.isIdentifier(root)) return ts.isNewExpression(root);
  const scope = scopeOf(root.text, root);
  const declared = scope && declarationIn(scope, root.text);
  if (!declared || ts.isFunctionDeclaration(declared)) return scope !== undefined && ts.isSourceFile(scope);
  return ts.isVariableDeclaration(declared) && ts.isVariableStatement(declared.parent.parent);
}

function agreed(answers: readonly (boolean | undefined)[]): boolean | undefined {
  const [first, ...others] = answers;
  return others.every((one) => one === first) ? first : undefined;
}

/** How the SDK reads an argument between a tool's name and its callback. `annotations` are an object of hints. */
export type ArgumentKind = 'text' | 'schema' | 'annotations' | 'nothing' | 'unknown';

export function argumentKind(argument: Expression, values: ValueReader): ArgumentKind {
  const kinds = kindsOf(argument, values);
  if (kinds.size !== 1) return 'unknown';
  const [kind] = kinds;
  if (kind === 'text' || kind === 'nothing') return kind;
  if (kind !== 'object') return byName(argument);
  const objects = objectsOf(values.valuesOf(argument));
  if (!objects) return byName(argument);
  const answers = new Set(objects.map((one) => (isAnnotations(one) ? 'annotations' : 'schema')));
  return answers.size === 1 ? ([...answers][0] as ArgumentKind) : 'unknown';
}

/** Guesses the kind of an argument by its name, because its value is not in the project. */
function byName(argument: Expression): ArgumentKind {
  const words = argument.getText();
  if (/\.(join|replace|trim|concat)\(/.test(words) || /desc(ription)?$/i.test(words)) return 'text';
  if (/annotations?$/i.test(words)) return 'annotations';
  return /(schema|shape)$/i.test(words) || /^z\./.test(words) ? 'schema' : 'unknown';
}
