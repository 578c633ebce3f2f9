import type { Family } from '../family.js';
import { ts } from '../syntax/syntax.js';
import { HANDLER_MEMBERS } from '../vocabulary.js';

/** Code that calls or forwards the handler of an object that looks like a tool. */
export const handlerUses: Family = {
  id: 'handler use',
  visit: {
    member(node) {
      const member = node.name.text;
      if (!HANDLER_MEMBERS.includes(member) || node.expression.kind === ts.SyntaxKind.ThisKeyword) return [];
      return [{ handlerUse: { member, at: node.getStart() } }];
    },
  },
};
