import { ANY_TOOL } from '../generated-names.js';
import type { ToolFamily, ToolSite } from '../site.js';
import { type CalledMember, calledMember, isServer } from '../syntax/called-member.js';
import type { Constants } from '../syntax/constants.js';
import { type CallExpression, type Expression, type SpreadElement, ts } from '../syntax/syntax.js';
import { isPath } from '../targets/request-parts.js';
import { lineOf } from './definitions.js';

const FAMILIES: ReadonlyMap<string, ToolFamily> = new Map([
  ['tool', 'server.tool'],
  ['registerTool', 'server.registerTool'],
  ['paidTool', 'paidTool'],
]);

/** A registration whose tool is not written in it: `server.tool('name', ...rest)`, `server.addTool(tool)`. */
export function readUnwritten(
  call: CallExpression,
  constants: Constants,
  importsMcp: boolean,
): ToolSite | undefined {
  const member = calledMember(call.expression);
  if (!member) return undefined;
  return readSpread(call, member, constants, importsMcp) ?? readHandedOver(call, member);
}

/** Nothing here says which argument is the tool's function. */
function readSpread(
  call: CallExpression,
  member: CalledMember,
  constants: Constants,
  importsMcp: boolean,
): ToolSite | undefined {
  const family = FAMILIES.get(member.name);
  const spread = call.arguments.find(ts.isSpreadElement);
  if (!family || !spread || !(importsMcp || isServer(member.owner.getText()))) return undefined;
  const reason = 'its arguments are spread, so which of them is its function is not written here';
  return {
    ...nameOf(call.arguments[0], constants),
    line: lineOf(call),
    family,
    // What a function hands on is registered where that is called.
    ...(isHandedOn(spread) ? mention(reason) : { target: { kind: 'manual', reason } }),
  };
}

/** A tool that is one object, made in another place: it is traced there, where it is understood. */
function readHandedOver(call: CallExpression, member: CalledMember): ToolSite | undefined {
  const [tool, ...more] = call.arguments;
  if (member.name !== 'addTool' || !tool || more.length > 0 || !isServer(member.owner.getText()))
    return undefined;
  const reason = 'the tool that is added here is made elsewhere, and was not found there';
  const name = isPath(tool) ? `${tool.getText()}.name` : 'tool.name';
  const named = { name: `\${${name}}`, nameExpression: name } as const;
  return { ...named, line: lineOf(call), family: 'addTool', ...mention(reason) };
}

/** Said only where nothing else was found. */
function mention(reason: string): Pick<ToolSite, 'isShared' | 'target'> {
  return { isShared: true, target: { kind: 'manual', reason, mayBeNone: true } };
}

function nameOf(
  first: Expression | undefined,
  constants: Constants,
): Pick<ToolSite, 'name' | 'nameExpression'> {
  if (!first) return { name: ANY_TOOL };
  const isSpread = ts.isSpreadElement(first);
  const named = isSpread ? constants.array(first.expression)?.elements[0] : first;
  const text = named && constants.text(named);
  if (text !== undefined) return { name: text };
  const source = isSpread ? `${first.expression.getText()}[0]` : first.getText();
  const isRead = isPath(isSpread ? first.expression : first);
  return isRead ? { name: `\${${source}}`, nameExpression: source } : { name: ANY_TOOL };
}

/** Whether the arguments are those of the function around: `tool(...args) { this.server.tool(...args); }` */
function isHandedOn({ expression }: SpreadElement): boolean {
  for (let around = expression.parent; around; around = around.parent) {
    if (!ts.isFunctionLike(around)) continue;
    const last = around.parameters.at(-1);
    if (last?.dotDotDotToken && last.name.getText() === expression.getText()) return true;
  }
  return false;
}
