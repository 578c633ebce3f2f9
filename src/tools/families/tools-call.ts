import { ANY_TOOL } from '../generated-names.js';
import { carriesOut, chainOf, requestFor, workCalls } from '../model-calls/work-calls.js';
import type { NamedPlace, Target, ToolSite } from '../site.js';
import type { Constants } from '../syntax/constants.js';
import { alwaysReturns } from '../syntax/control-flow.js';
import {
  type Block,
  bare,
  type CallExpression,
  memberName,
  type Node,
  type ObjectLiteral,
  type SourceFile,
  ts,
  walk,
} from '../syntax/syntax.js';
import { blockTarget, expressionTarget } from '../targets/expression-target.js';
import { partsIn, type RequestParts } from '../targets/request-parts.js';
import { messageOf, type Region, regionOf } from './call-regions.js';
import { lineOf } from './definitions.js';
import { functionOf } from './low-level-server.js';
import { type Branches, readBranches } from './name-branches.js';

/** Text of files that a hand-rolled `tools/call` can be in. */
export const SAYS_TOOLS_CALL = /tools\/call|\.(?:tools_?call|call_?tool)\b/i;

/** The sites of a hand-rolled `tools/call`: an arm for each tool, or the one call that all go through. */
export function readToolsCall(node: Node, constants: Constants): ToolSite[] {
  const region = regionOf(node, constants);
  if (!region) return [];
  const message = messageOf(node);
  const parts = { ...region.parts, ...partsIn(region.nodes), ...(message ? { message } : {}) };
  const calls = workCalls(region.nodes, parts);
  const branches = readBranches(region.nodes, parts, constants);
  // What stands behind a test for other methods need not be about tools.
  const isNamed = parts.name !== undefined || parts.args !== undefined;
  const isRead = isNamed || (!region.isBetween && calls.some(carriesOut));
  if (!branches && region.isRest && !isRead) return [];
  if (branches) return [...branches.sites, ...handedOn(branches, calls, { parts, constants })];
  const target = sharedTarget(region, calls, parts);
  const names = [...mapKeys(region, parts), ...calledNames(calls, constants)];
  return [sharedAt(region.at, target, names)];
}

function sharedAt(at: Node, target: Target, names: readonly NamedPlace[]): ToolSite {
  const site = { name: ANY_TOOL, isShared: true, line: lineOf(at), family: 'tools/call', target } as const;
  return names.length > 0 ? { ...site, tools: names } : site;
}

/** Calls behind the arms, or in the `default` of a `switch`, that carry out the tools which no arm names. */
function handedOn(
  { sites, allReturn }: Branches,
  calls: readonly CallExpression[],
  { parts, constants }: { readonly parts: RequestParts; readonly constants: Constants },
): ToolSite[] {
  const ends = sites.flatMap(({ target }) => (target.kind === 'manual' ? [] : [target.body.end]));
  const behind = calls.filter(
    (call) => ends.every((end) => call.getStart() >= end) && (allReturn || isInDefault(call)),
  );
  const blocks = behind.map(blockAround);
  return behind.flatMap((call, index) => {
    const request = requestFor(call, parts);
    // Of two in a row the first would be a check, or both are needed.
    const isAlone = blocks.every((block, at) => at === index || (block && block !== blocks[index]));
    const isLast = index === behind.length - 1;
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

/** The keys of an object that the tool's name is looked up in: `HANDLERS[name]`. */
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

/** The names that the function called for a tool tells apart in this file: `switch (name)` further down. */
function calledNames(calls: readonly CallExpression[], constants: Constants): NamedPlace[] {
  return calls.flatMap((call) => {
    const fn = functionOf(call.expression);
    if (!fn?.body) return [];
    const { sites = [] } = readBranches([fn.body], partsIn([fn.body]), constants) ?? {};
    return sites.map(({ name, line }) => ({ name, line }));
  });
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
    ? { kind: 'manual', reason: 'several calls here could be the tool’s' }
    : { kind: 'manual', reason: 'what carries the tool out was not found here', mayBeNone: true };
}
