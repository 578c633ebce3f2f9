import { bare, type CallExpression, type Expression, type Node, property, ts } from '../syntax/syntax.js';
import { objectsOf } from '../values/kinds.js';
import type { ValueReader } from '../values/values.js';

/** Hosts of model APIs that are called with a plain `fetch`. */
const MODEL_HOSTS =
  /https:\/\/(api\.openai\.com|api\.anthropic\.com|openrouter\.ai|generativelanguage\.googleapis\.com|gateway\.ai\.cloudflare\.com)(?![\w.-])/;

/** Paths of known model APIs, also on other hosts: no other request ends like this. */
const MODEL_PATHS =
  /\/(chat\/completions|embeddings|images\/(generations|edits|variations)|audio\/(speech|transcriptions|translations))(?![\w/-])|:(stream)?[gG]enerateContent\b|:(batch)?[eE]mbedContents?\b|\/run\/@(cf|hf)\//;

/** Paths that only a body with a `model` shows to be one. */
const OPEN_PATHS =
  /\/(v\d+\w*\/)?(completions|responses|messages|rerank|embed|generate|chat|api\/(chat|generate|embed))(?![\w/-])/;

/** Placeholder for a part of an address that is only known at run time. */
const UNKNOWN = '\u2026';

/** A `fetch` of a model's API: by its host, or by a path that ends as the known APIs do and a body with a model. */
export function isModelFetch(call: CallExpression, values: ValueReader): boolean {
  const [address, options] = call.arguments;
  if (!address || !/^(globalThis\.|self\.|window\.)?fetch$/.test(call.expression.getText())) return false;
  const said = addressText(address, values, 0);
  if (MODEL_HOSTS.test(said) || MODEL_PATHS.test(said)) return true;
  const init = options ?? initOf(address);
  return OPEN_PATHS.test(said) && init !== undefined && namesModel(init, values);
}

/** The second argument of `new Request(address, { … })`. */
function initOf(address: Expression): Expression | undefined {
  const node = bare(address);
  return ts.isNewExpression(node) ? node.arguments?.[1] : undefined;
}

/** An address as far as it is written in the project; several where it depends. */
function addressText(expression: Expression, values: ValueReader, depth: number): string {
  if (depth > 6) return UNKNOWN;
  const node = bare(expression);
  const read = (part: Expression) => addressText(part, values, depth + 1);
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    return (
      node.head.text + node.templateSpans.map((span) => read(span.expression) + span.literal.text).join('')
    );
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    return read(node.left) + read(node.right);
  }
  if (ts.isNewExpression(node)) {
    const [path, base] = node.arguments ?? [];
    if (!path) return UNKNOWN;
    return base ? `${read(base).replace(/\/$/, '')}/${read(path).replace(/^\//, '')}` : read(path);
  }
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    // `base.replace(…)`, `url.toString()`: of the same address.
    const isSame = /^(replace|replaceAll|trim|toString|concat)$/.test(node.expression.name.text);
    return isSame ? read(node.expression.expression) : UNKNOWN;
  }
  const found = values.valuesOf(node);
  const texts = found?.filter((one) => one !== node).map((one) => textOf(one, read)) ?? [];
  return texts.length > 0 ? texts.join(' ') : UNKNOWN;
}

function textOf(node: Node, read: (part: Expression) => string): string {
  return ts.isExpression(node) ? read(node) : UNKNOWN;
}

/** Whether a request's options have a body with a `model` in it. */
function namesModel(options: Expression, values: ValueReader): boolean {
  return (objectsOf(values.valuesOf(options)) ?? []).some((object) => {
    const body = property(object, 'body');
    const made = body && bare(body);
    const json = made && ts.isCallExpression(made) && /JSON\.stringify$/.test(made.expression.getText());
    const [value] = json ? made.arguments : [];
    const objects = value ? objectsOf(values.valuesOf(value)) : undefined;
    return objects?.some((one) => property(one, 'model') !== undefined) ?? false;
  });
}
