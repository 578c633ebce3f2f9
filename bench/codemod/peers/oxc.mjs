import { readFileSync, writeFileSync } from 'node:fs';
import MagicString from 'magic-string';
import { parseSync } from 'oxc-parser';
import { filter, IMPORTS, METHODS, opening, sourceFiles } from './common.mjs';

for (const path of sourceFiles()) {
  const text = readFileSync(path, 'utf8');
  if (filter && !filter.test(text)) continue;
  const edited = new MagicString(text);
  let changed = false;
  visit(parseSync(path, text).program, (call) => {
    const handler = call.arguments.at(-1);
    if (handler?.type !== 'ArrowFunctionExpression') return;
    const [name] = call.arguments;
    // The parentheses around an object are no part of its node.
    const start = text.indexOf('=>', handler.params.at(-1).end) + 3;
    edited.appendLeft(start, opening(text.slice(name.start, name.end), handler.async));
    edited.appendRight(handler.end, ')');
    changed = true;
  });
  if (changed) writeFileSync(path, IMPORTS + edited.toString());
}

function visit(node, onCall) {
  if (Array.isArray(node)) {
    for (const one of node) visit(one, onCall);
    return;
  }
  if (!node || typeof node.type !== 'string') return;
  if (node.type === 'CallExpression' && METHODS.has(node.callee.property?.name)) onCall(node);
  for (const key in node) {
    const value = node[key];
    if (value && typeof value === 'object') visit(value, onCall);
  }
}
