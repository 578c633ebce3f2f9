import { scopeOf } from '../syntax/scope.js';
import {
  bare,
  type CallExpression,
  type Expression,
  type Identifier,
  type Node,
  type ParameterDeclaration,
  type PropertyDeclaration,
  ts,
} from '../syntax/syntax.js';
import { declarationIn, type ValueReader } from '../values/values.js';

const MODEL_ID = /^@(cf|hf)\//;

/** Usual names of a variable with the binding. */
const AI_NAME = /^_?(ai|workers_?ai|cf_?ai|ai_?binding)$/i;

/**
 * Returns `env.AI` in `env.AI.run(…)`, or a variable with the binding. Its type, its declaration, its name or the
 * model's id identifies it.
 * @param binding name of the Workers AI binding
 */
export function workersAi(
  call: CallExpression,
  binding: string,
  values: ValueReader,
): Expression | undefined {
  const { expression } = call;
  if (!ts.isPropertyAccessExpression(expression) || expression.name.text !== 'run') return undefined;
  const client = expression.expression;
  // If `c.env?.AI` is missing, the call is skipped, but a wrapped call would throw.
  if (ts.isOptionalChain(expression) || ts.isParenthesizedExpression(client)) return undefined;
  const isOne =
    isBinding(bare(client), binding, values) || namesWorkersModel(call, values) || hasUsualName(call, client);
  return isOne ? client : undefined;
}

/** Returns true for a member of an environment. A variable `AI` counts only if its declaration shows it. */
function isBinding(named: Expression, binding: string, values: ValueReader): boolean {
  if (ts.isPropertyAccessExpression(named)) {
    return named.name.text === binding || isTypedAi(fieldOf(named));
  }
  if (!ts.isIdentifier(named)) return false;
  const declared = declarationOf(named);
  if (isTypedAi(declared)) return true;
  if (!declared || !ts.isVariableDeclaration(declared)) return false;
  // `const { AI } = env`, `const ai = this.env.AI`
  if (ts.isObjectBindingPattern(declared.name)) {
    return declared.name.elements.some(
      (one) => one.name.getText() === named.text && (one.propertyName ?? one.name).getText() === binding,
    );
  }
  const value = declared.initializer && bare(declared.initializer);
  return value !== undefined && value !== named && isBinding(value, binding, values);
}

function declarationOf(use: Identifier): Node | undefined {
  const scope = scopeOf(use.text, use);
  return scope && declarationIn(scope, use.text);
}

/** The declaration of `this.ai`: a field, or a parameter of the constructor. */
function fieldOf(member: Expression & { expression: Expression; name: Node }): Node | undefined {
  if (member.expression.kind !== ts.SyntaxKind.ThisKeyword) return undefined;
  let around: Node | undefined = member.parent;
  while (around && !ts.isClassLike(around)) around = around.parent;
  const name = member.name.getText();
  for (const one of around?.members ?? []) {
    if (ts.isPropertyDeclaration(one) && one.name.getText() === name) return one;
    const parameter = ts.isConstructorDeclaration(one)
      ? one.parameters.find((parameter) => parameter.name.getText() === name)
      : undefined;
    if (parameter) return parameter;
  }
  return undefined;
}

/** Returns true for Cloudflare's type `Ai`. */
function isTypedAi(declared: Node | undefined): boolean {
  const { type } = (declared ?? {}) as Partial<Pick<ParameterDeclaration | PropertyDeclaration, 'type'>>;
  return (
    type !== undefined && /^(Ai|Env(\[['"]AI['"]\])|Cloudflare\.Env\[['"]AI['"]\])(<|$)/.test(type.getText())
  );
}

function namesWorkersModel(call: CallExpression, values: ValueReader): boolean {
  const [model] = call.arguments;
  if (!model) return false;
  if (/\bAiModels\b/.test(model.getText())) return true;
  const texts = [...(values.valuesOf(model) ?? []), ...defaultOf(model, values)];
  return texts.some((one) => ts.isStringLiteralLike(one) && MODEL_ID.test(one.text));
}

/** The default value of a parameter. */
function defaultOf(model: Expression, values: ValueReader): readonly Node[] {
  const node = bare(model);
  const declared = ts.isIdentifier(node) ? declarationOf(node) : undefined;
  const { initializer } = (declared ?? {}) as Partial<Pick<ParameterDeclaration, 'initializer'>>;
  return initializer ? (values.valuesOf(initializer) ?? []) : [];
}

/** Returns true for a call like `ai.run(model, { … })` on a usual name of the binding. */
function hasUsualName(call: CallExpression, client: Expression): boolean {
  const node = bare(client);
  const name = ts.isIdentifier(node) ? node.text : ts.isPropertyAccessExpression(node) ? node.name.text : '';
  return AI_NAME.test(name) && call.arguments.length >= 2;
}

const UNSEEN_METHOD = /^(?:search|aiSearch|chatCompletions|toMarkdown|run)$/;

/** Methods of the binding that call a model and can't be recorded: document search, conversion, gateways. */
export function unseenWorkersAi(call: CallExpression, binding: string): string | undefined {
  const { expression } = call;
  if (!ts.isPropertyAccessExpression(expression)) return undefined;
  const { text } = expression.name;
  if (!UNSEEN_METHOD.test(text)) return undefined;
  const owner = expression.expression.getText();
  if (/\.(autorag|aiSearch)\(/.test(`${owner}.`) && /^(search|aiSearch|chatCompletions)$/.test(text))
    return `autorag().${text}`;
  const isAi = new RegExp(String.raw`(^|\.)(${binding.replaceAll('$', '\\$')}|ai)\??!?$`).test(owner);
  if (text === 'toMarkdown' && isAi) return 'AI.toMarkdown';
  if (text === 'run' && /\.gateway\([^)]*\)$/.test(owner)) return 'AI.gateway().run';
  return undefined;
}
