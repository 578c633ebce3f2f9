import { type BindingName, ts } from '../syntax/syntax.js';

/** A member's name, or an index. */
export type Step = string | number;

/** The path from a value to the part that a binding names `name`. Undefined for a rest element or a computed key. */
export function bindingPath(binding: BindingName, name: string): readonly Step[] | undefined {
  if (ts.isIdentifier(binding)) return binding.text === name ? [] : undefined;
  for (const [index, element] of binding.elements.entries()) {
    if (!ts.isBindingElement(element) || element.dotDotDotToken) continue;
    const inner = bindingPath(element.name, name);
    if (!inner) continue;
    if (ts.isArrayBindingPattern(binding)) return [index, ...inner];
    const key = element.propertyName ?? element.name;
    return ts.isIdentifier(key) || ts.isStringLiteralLike(key) ? [key.text, ...inner] : undefined;
  }
  return undefined;
}
