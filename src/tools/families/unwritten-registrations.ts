import type { Family } from '../family.js';
import type { FileContext } from '../file-context.js';
import {
  ANY_NAME,
  BARE_SITE,
  type HandlerSite,
  type ManualTarget,
  type SiteFamily,
  type SiteName,
} from '../site.js';
import { type CalledMember, calledMember } from '../syntax/called-member.js';
import type { Constants } from '../syntax/constants.js';
import { type CallExpression, type Expression, lineOf, type SpreadElement, ts } from '../syntax/syntax.js';
import { isPath } from '../targets/request-parts.js';
import { isServerName } from '../vocabulary.js';

const FAMILIES: ReadonlyMap<string, SiteFamily> = new Map([
  ['tool', 'server.tool'],
  ['registerTool', 'server.registerTool'],
  ['paidTool', 'paidTool'],
]);

/** Registrations that do not contain the tool: `server.tool('name', ...rest)`, `server.addTool(tool)`. */
export const unwrittenRegistrations: Family = {
  id: 'unwritten registration',
  visit: {
    call(node, context) {
      const member = calledMember(node.expression);
      const site = member && (readSpread(node, member, context) ?? readObjectArgument(node, member));
      return site && [{ site }];
    },
  },
};

/** Reads a registration with a spread. The handler's position is unknown. */
function readSpread(
  call: CallExpression,
  member: CalledMember,
  context: FileContext,
): HandlerSite | undefined {
  const family = FAMILIES.get(member.name);
  const spread = call.arguments.find(ts.isSpreadElement);
  if (!family || !spread || !context.isServer(member.owner)) return undefined;
  const reason = 'its arguments are spread, so its handler was not found';
  const isMention = forwardsOwnArguments(spread);
  return {
    ...BARE_SITE,
    name: nameOf(call.arguments[0], context.constants, isMention),
    line: lineOf(call),
    family,
    // Arguments that a function forwards are registered at its calls.
    target: isMention ? mention(reason) : { kind: 'manual', reason },
  };
}

/** Reads a registration of one object. The tool is traced at the object, if that was found. */
function readObjectArgument(call: CallExpression, member: CalledMember): HandlerSite | undefined {
  const [tool, ...more] = call.arguments;
  if (member.name !== 'addTool' || !tool || more.length > 0 || !isServerName(member.owner.getText()))
    return undefined;
  const reason = 'the tool that is added here was not found';
  const source = isPath(tool) ? `${tool.getText()}.name` : 'tool.name';
  const name = { kind: 'expression', source, label: `\${${source}}`, many: true } as const;
  return { ...BARE_SITE, name, line: lineOf(call), family: 'addTool', target: mention(reason) };
}

/** A target that is reported only if no tools were found. */
function mention(reason: string): ManualTarget {
  return { kind: 'manual', reason, isWeakMatch: true };
}

function nameOf(first: Expression | undefined, constants: Constants, many: boolean): SiteName {
  const unknown: SiteName = { kind: 'expression', source: 'name', label: ANY_NAME, many };
  if (!first) return unknown;
  const isSpread = ts.isSpreadElement(first);
  const named = isSpread ? constants.array(first.expression)?.elements[0] : first;
  const text = named && constants.text(named);
  if (text !== undefined && many) return { kind: 'expression', source: first.getText(), label: text, many };
  if (text !== undefined) return { kind: 'literal', value: text };
  const source = isSpread ? `${first.expression.getText()}[0]` : first.getText();
  const isRead = isPath(isSpread ? first.expression : first);
  return isRead ? { kind: 'expression', source, label: `\${${source}}`, many } : unknown;
}

/** Returns true if a function passes on its own arguments: `tool(...args) { this.server.tool(...args); }`. */
function forwardsOwnArguments({ expression }: SpreadElement): boolean {
  for (let around = expression.parent; around; around = around.parent) {
    if (!ts.isFunctionLike(around)) continue;
    const last = around.parameters.at(-1);
    if (last?.dotDotDotToken && last.name.getText() === expression.getText()) return true;
  }
  return false;
}
