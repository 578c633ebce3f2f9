import { messageOf, type Region, regionOf } from '../dispatch/call-regions.js';
import { type Branches, readBranches } from '../dispatch/name-branches.js';
import { chainOf, requestFor, runsTool, workCalls } from '../dispatch/work-calls.js';
import type { Fact, Family } from '../family.js';
import type { FileContext } from '../file-context.js';
import { BARE_SITE, type HandlerSite, labelOf, type NamedPlace, type Target } from '../site.js';
import { declaresNameOf } from '../syntax/closure-guard.js';
import type { Constants } from '../syntax/constants.js';
import { allReturn, alwaysReturns } from '../syntax/control-flow.js';
import { functionOf } from '../syntax/functions.js';
import { isInScope } from '../syntax/scope.js';
import {
  type Block,
  bare,
  type CallExpression,
  lineOf,
  memberName,
  type Node,
  type ObjectLiteral,
  type SourceFile,
  ts,
  walk,
} from '../syntax/syntax.js';
import { blockTarget, expressionTarget, statementsTarget } from '../targets/expression-target.js';
import { partsIn, type RequestParts } from '../targets/request-parts.js';

/** A file with a hand-written `tools/call` contains this text. */
const SAYS_TOOLS_CALL = /tools\/call|\.(?:tools_?call|call_?tool)\b/i;

/** A hand-written JSON-RPC server. It has an arm for each tool, or one call that runs all tools. */
export const jsonRpc: Family = {
  id: 'tools/call',
  prefilter: /tools\/call|\.(?:TOOLS_CALL|CALL_TOOL)\b/,
  isDispatch: true,
  appliesTo: ({ file }) => SAYS_TOOLS_CALL.test(file.text),
  visit: {
    call: readRegion,
    case: readRegion,
    conditional: readRegion,
    if: readRegion,
    method: readRegion,
    property: readRegion,
  },
};

function readRegion(node: Node, { constants }: FileContext): Fact[] {
  return readToolsCall(node, constants).map((site) => ({ site }));
}

function readToolsCall(node: Node, constants: Constants): HandlerSite[] {
  const region = regionOf(node, constants);
  if (!region) return [];
  const message = messageOf(node);
  const parts = { ...region.parts, ...partsIn(region.nodes), ...(message ? { message } : {}) };
  const calls = workCalls(region.nodes, parts);
  const branches = readBranches(region.nodes, parts, constants);
  // The code after a guard may have nothing to do with tools.
  const isNamed = parts.name !== undefined || parts.args !== undefined;
  const isRead = isNamed || (!region.isForwarding && calls.some(runsTool));
  if (!branches && region.isRest && !isRead) return [];
  if (branches) {
    const isLaidOut = branches.sites.every(({ target }) => !['statements', 'manual'].includes(target.kind));
    const whole = isLaidOut ? undefined : wholeTarget(region, parts);
    // If arms have several statements, one wrapper around all arms is easier to read than one in each.
    if (whole) return [sharedAt(region.at, whole, branches.sites.map(placeOf))];
    return [...branches.sites, ...fallbackSites(branches, calls, { parts, constants })];
  }
  const target = sharedTarget(region, calls, parts);
  const names = [...mapKeys(region, parts), ...calledNames(calls, constants)];
  return [sharedAt(region.at, target, names)];
}

function sharedAt(at: Node, target: Target, covers: readonly NamedPlace[]): HandlerSite {
  const name = { kind: 'dispatched' } as const;
  return { ...BARE_SITE, name, line: lineOf(at), family: 'tools/call', target, covers };
}

/** Calls after the arms, or in the `default` of a `switch`, that run the tools without an arm. */
function fallbackSites(
  { sites, allReturn }: Branches,
  calls: readonly CallExpression[],
  { parts, constants }: { readonly parts: RequestParts; readonly constants: Constants },
): HandlerSite[] {
  const ends = sites.flatMap(({ target }) => (target.kind === 'manual' ? [] : [target.body.end]));
  const candidates = calls.filter(
    (call) => ends.every((end) => call.getStart() >= end) && (allReturn || isInDefault(call)),
  );
  const blocks = candidates.map(blockAround);
  return candidates.flatMap((call, index) => {
    const request = requestFor(call, parts);
    // If two calls share a block, one may be a check, or both do the work.
    const isAlone = blocks.every((block, at) => at === index || (block && block !== blocks[index]));
    const isLast = index === candidates.length - 1;
    const block = blocks[index];
    if (!request || !isAlone || !(isLast || (block && alwaysReturns(block)))) return [];
    return [sharedAt(call, expressionTarget(chainOf(call), { request }), calledNames([call], constants))];
  });
}

function isInDefault(node: Node): boolean {
  let around: Node | undefined = node;
  while (around && !ts.isFunctionLike(around) && !ts.isDefaultClause(around)) around = around.parent;
  return around !== undefined && ts.isDefaultClause(around);
}

function blockAround(node: Node): Block | undefined {
  let around: Node | undefined = node.parent;
  while (around && !ts.isBlock(around)) around = around.parent;
  return around;
}

/** The keys of an object in a lookup by the tool's name: `HANDLERS[name]`. */
function mapKeys(region: Region, parts: RequestParts): NamedPlace[] {
  const keys: NamedPlace[] = [];
  const look = (node: Node): boolean => {
    if (!ts.isElementAccessExpression(node) || node.argumentExpression.getText() !== parts.name) return true;
    const object = ts.isIdentifier(node.expression)
      ? objectNamed(node.getSourceFile(), node.expression.text)
      : undefined;
    for (const member of object?.properties ?? []) {
      const name = member.name && memberName(member.name);
      if (name !== undefined && !keys.some((key) => key.name === name))
        keys.push({ name, line: lineOf(member) });
    }
    return true;
  };
  for (const node of region.nodes) walk(node, look);
  return keys;
}

/** The tool names in the `switch` of a called function of this file. */
function calledNames(calls: readonly CallExpression[], constants: Constants): NamedPlace[] {
  return calls.flatMap((call) => {
    const fn = functionOf(call.expression);
    if (!fn?.body) return [];
    const { sites = [] } = readBranches([fn.body], partsIn([fn.body]), constants) ?? {};
    return sites.map(placeOf);
  });
}

function placeOf(site: HandlerSite): NamedPlace {
  return { name: labelOf(site), line: site.line };
}

/** The target for the whole region, if it always returns and the request is known before it. */
function wholeTarget(region: Region, parts: RequestParts): Target | undefined {
  const { block, nodes } = region;
  const requests = [parts.whole, parts.message].filter((source) => source !== undefined);
  const request = requests.find(
    (source) => isInScope(source, region.at) && !nodes.some((node) => declaresNameOf(node, source)),
  );
  if (request === undefined) return undefined;
  const [first, ...more] = nodes.filter(ts.isStatement);
  const target =
    block && ts.isBlock(block) && alwaysReturns(block)
      ? blockTarget(block, { request })
      : first && ts.isCaseClause(first.parent) && !block && allReturn([first, ...more])
        ? statementsTarget([first, ...more], 'return', { request })
        : undefined;
  return target?.kind === 'manual' ? undefined : target;
}

function objectNamed(file: SourceFile, name: string): ObjectLiteral | undefined {
  let found: ObjectLiteral | undefined;
  walk(file, (node) => {
    if (ts.isVariableDeclaration(node) && node.name.getText() === name && node.initializer) {
      const value = bare(node.initializer);
      if (ts.isObjectLiteralExpression(value)) found ??= value;
    }
    return !found;
  });
  return found;
}

function sharedTarget(region: Region, calls: readonly CallExpression[], parts: RequestParts): Target {
  const [call, ...others] = calls;
  const request = call && requestFor(call, parts);
  if (call && others.length === 0 && request) return expressionTarget(chainOf(call), { request });
  const { block } = region;
  if (block && ts.isBlock(block) && parts.whole && alwaysReturns(block)) {
    return blockTarget(block, { request: parts.whole });
  }
  return others.length > 0
    ? { kind: 'manual', reason: 'several calls here could run the tool' }
    : { kind: 'manual', reason: 'the code that runs the tool was not found here', isWeakMatch: true };
}
