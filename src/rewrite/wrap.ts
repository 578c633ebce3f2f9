import type { Edit } from '../core/edits.js';
import type { HandlerSite } from '../tools/site.js';
import { printExpression, printFunction } from './shapes/body.js';
import { printStatements } from './shapes/statements.js';
import { printValue } from './shapes/value.js';
import type { WrapOptions } from './wrap-options.js';

/** Returns the edits that make a site open a trace. */
export function wrapSite(text: string, site: HandlerSite, options: WrapOptions): Edit[] {
  const { target } = site;
  switch (target.kind) {
    case 'function':
      return printFunction(text, site, target, options);
    case 'expression':
    case 'block':
      return printExpression(text, site, target, options);
    case 'statements':
      return printStatements(text, site, target, options);
    case 'value':
      return printValue(text, site, target, options);
    case 'manual':
      return [];
  }
}
