import { bare, type CallExpression, type Expression, type Node, property, ts } from '../syntax/syntax.js';
import { objectsOf } from '../values/kinds.js';
import type { ValueReader } from '../values/values.js';

/** Hosts of model APIs. */
const MODEL_HOSTS =
  /https:\/\/(api\.openai\.com|api\.anthropic\.com|openrouter\.ai|generativelanguage\.googleapis\.com|gateway\.ai\.cloudflare\.com)(?![\w.-])/;

/** Paths of known model APIs. Other services have no such paths, so the host does not matter. */
const MODEL_PATHS =
  /\/(chat\/completions|embeddings|images\/(generations|edits|variations)|audio\/(speech|transcriptions|translations))(?![\w/-])|:(stream)?[gG]enerateContent\b|:(batch)?[eE]mbedContents?\b|\/run\/@(cf|hf)\//;

/** Paths that other services use too. They count only if the body contains a `model`. */
const AMBIGUOUS_PATHS =
  /\/(v\d+\w*\/)?(completions|responses|messages|rerank|embed|generate|chat|api\/(chat|generate|embed))(?![\w/-])/;

/** Placeholder for a part of an address that is only known at run time. */
const UNKNOWN = '\u2026';

/** Returns true for a `fetch` of a model's API, by its host, its path, or its path and a `model` in the body. */
export function isModelFetch(call: CallExpression, values: ValueReader): boolean {
  const [address, options] = call.arguments;
  if (!address || !/^(globalThis\.|self\.|window\.)?fetch$/.test(call.expression.getText())) return false;
  const text = addressText(address, values, 0);
  if (MODEL_HOSTS.test(text) || MODEL_PATHS.test(text)) return true;
  const init = options ?? initOf(address);
  return AMBIGUOUS_PATHS.test(text) && init !== undefined && namesModel(init, values);
}

/** The second argument of `new Request(address, { … })`. */
function initOf(address: Expression): Expression | undefined {
  const node = bare(address);
  return ts.isNewExpression(node) ? node.arguments?.[1] : undefined;
}

/** The address as far as it is known. If it has several possible values, all of them. */
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
    // `base.replace(…)` and `url.toString()` still have the same address.
    const isSame = /^(replace|replaceAll|trim|toString|concat)$/.test(node.expression.name.text);
    return isSame ? read(node.expression.expression) : UNKNOWN;
  }
  const found = values.valuesOf(node);
  const texts = found?.filter((one) => one !== node).map((one) => readExpression(one, read)) ?? [];
  return texts.length > 0 ? texts.join(' ') : UNKNOWN;
}

function readExpression(node: Node, read: (part: Expression) => string): string {
  return ts.isExpression(node) ? read(node) : UNKNOWN;
}

/** Returns true if the body in a request's options contains a `model`. */
function namesModel(options: Expression, values: ValueReader): boolean {
  return (objectsOf(values.valuesOf(options)) ?? []).some((object) => {
    const body = property(object, 'body');
    const text = body && bare(body);
    const isJson = text && ts.isCallExpression(text) && /JSON\.stringify$/.test(text.expression.getText());
    const [value] = isJson ? text.arguments : [];
    const objects = value ? objectsOf(values.valuesOf(value)) : undefined;
    return objects?.some((one) => property(one, 'model') !== undefined) ?? false;
  });
}
