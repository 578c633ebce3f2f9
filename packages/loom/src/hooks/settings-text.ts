import type { Node } from 'jsonc-parser';
import { getNodeValue, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { EXIT, LoomError } from '../errors.js';

/** Only the needed events: start, gate, compaction, heartbeat, end. */
export const HOOK_EVENTS = [
  'SessionStart',
  'UserPromptSubmit',
  'PreToolUse',
  'PreCompact',
  'Stop',
  'SubagentStop',
  'SessionEnd',
] as const;
export type HookEventName = (typeof HOOK_EVENTS)[number];

/** Identifies our hooks. For a shell, it is a comment. */
export const MARK = '# loom';
/** In seconds. Without one, Claude Code gives all SessionEnd hooks together 1.5 s. */
const TIMEOUT_S = 10;

/** Initial text of missing settings, and their text after our hooks are removed. */
export const NO_SETTINGS = '{\n}\n';

/** Commands at an event; one for all agents, or several for each. */
export type HookCommands = string | ((event: HookEventName) => readonly string[]);

/** Adds our hooks to a settings text, or replaces our older ones. No other byte changes. */
export function withHooks(
  text: string,
  commands: HookCommands,
  path: string,
  events: readonly HookEventName[] = HOOK_EVENTS,
  timeout: number = TIMEOUT_S,
): string {
  const commandsOf = typeof commands === 'string' ? () => [commands] : commands;
  if (holds(parse(text, path), commandsOf, events, timeout)) {
    return text;
  }
  let settings = withoutHooks(text, path);
  for (const event of events) {
    const group = {
      hooks: commandsOf(event).map((command) => ({ type: 'command', command, timeout })),
    };
    const root = parse(settings, path);
    const hooks = property(root, 'hooks');
    const groups = hooks && property(hooks, event);
    settings = groups
      ? appended(settings, groups, undefined, group)
      : hooks
        ? appended(settings, hooks, event, [group])
        : appended(settings, root, 'hooks', { [event]: [group] });
  }
  return settings;
}

/** Cuts out our hooks, and everything that was added only for them. */
export function withoutHooks(text: string, path: string): string {
  const root = parse(text, path);
  const hooks = property(root, 'hooks');
  const cuts = hooks ? cutsIn(text, hooks) : [];
  if (!hooks || cuts.length === 0) {
    return text;
  }
  // An object with only our entries was created for them, unless it was empty before, which a space marks.
  const all = cuts === EVERYTHING ? cutChildren(text, root, (child) => child === hooks.parent) : cuts;
  return all.reduceRight((rest, [from, to]) => rest.slice(0, from) + rest.slice(to), text);
}

type Cut = readonly [from: number, to: number];

/** True for a list or an object that was created for our hooks and would be empty. */
const EVERYTHING: readonly Cut[] = [[0, 0]];

function cutsIn(text: string, node: Node): readonly Cut[] {
  const inside = new Map<Node, readonly Cut[]>();
  for (const child of node.children ?? []) {
    const value = child.type === 'property' ? child.children?.[1] : child;
    if (value && isOurs(value)) {
      inside.set(child, EVERYTHING);
    } else if (value?.type === 'array') {
      inside.set(child, cutsIn(text, value));
    } else if (value?.type === 'object') {
      const held = property(value, 'hooks');
      inside.set(child, held?.type === 'array' ? cutsIn(text, held) : []);
    }
  }
  const gone = (child: Node) => inside.get(child) === EVERYTHING;
  const children = node.children ?? [];
  if (children.length > 0 && children.every(gone) && !wasEmptyBefore(text, node)) {
    return EVERYTHING;
  }
  const within = [...inside.values()].flatMap((cuts) => (cuts === EVERYTHING ? [] : cuts));
  return [...cutChildren(text, node, gone), ...within].sort(([a], [b]) => a - b);
}

/** Cuts some of the children of a list or an object, each with the comma that it brought. */
export function cutChildren(text: string, node: Node, gone: (child: Node) => boolean): Cut[] {
  const children = node.children ?? [];
  const kept = children.filter((child) => !gone(child));
  if (kept.length === children.length) {
    return [];
  }
  const first = kept[0];
  if (!first) {
    const end = endOf(children.at(-1) ?? node);
    const comma = /^\s*,/.exec(text.slice(end))?.[0].length ?? 0;
    return [[node.offset + 1, end + comma]];
  }
  return children.flatMap((child, at): Cut[] => {
    const before = children[at - 1];
    if (!gone(child)) {
      return [];
    }
    // Children before the first remaining one are cut with the space after them. All others are cut with the
    // space before them.
    return child.offset < first.offset
      ? [[child.offset, children[at + 1]?.offset ?? endOf(child)]]
      : [[endOf(before ?? child), endOf(child)]];
  });
}

/**
 * Adds a value (with a key, in an object) at the end of a list or object, in the layout of its neighbours.
 */
function appended(text: string, holder: Node, key: string | undefined, value: unknown): string {
  const last = holder.children?.at(-1);
  const at = last ? endOf(last) : holder.offset + 1;
  const before = last
    ? spaceBefore(text, last)
    : /^\s*\n/.test(text.slice(at))
      ? lineBreak(text) + indentAt(text, holder.offset) + unitOf(text)
      : ' ';
  const colon = before.includes('\n') || /^[^\n]*": /m.test(text) ? ': ' : ':';
  const name = key === undefined ? '' : `${JSON.stringify(key)}${colon}`;
  return `${text.slice(0, at)}${last ? ',' : ''}${before}${name}${laidOut(text, value, before)}${text.slice(at)}`;
}

/** As JSON on one line, or on several lines in the file's indentation if it has its own line. */
function laidOut(text: string, value: unknown, before: string): string {
  return before.includes('\n')
    ? JSON.stringify(value, null, unitOf(text)).replaceAll('\n', before.slice(before.search(/\r?\n/)))
    : JSON.stringify(value);
}

function spaceBefore(text: string, node: Node): string {
  const space = /\s*$/.exec(text.slice(0, node.offset))?.[0] ?? '';
  // After one or two empty lines, one line break is enough.
  return space.includes('\n') ? lineBreak(text) + space.slice(space.lastIndexOf('\n') + 1) : space;
}

function lineBreak(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

function indentAt(text: string, offset: number): string {
  return /^[\t ]*/.exec(text.slice(text.lastIndexOf('\n', offset) + 1))?.[0] ?? '';
}

function unitOf(text: string): string {
  return /^[\t ]+(?=")/m.exec(text)?.[0] ?? '  ';
}

/** We put a space into an empty object on one line, but not into one that we create. */
export function wasEmptyBefore(text: string, node: Node): boolean {
  const first = node.children?.[0];
  return first !== undefined && text.slice(node.offset + 1, first.offset) === ' ';
}

function isOurs(hook: Node): boolean {
  const command = hook.type === 'object' ? property(hook, 'command')?.value : undefined;
  return typeof command === 'string' && command.endsWith(MARK);
}

/** Whether each event already has our current hooks. */
function holds(
  root: Node,
  commandsOf: (event: HookEventName) => readonly string[],
  events: readonly HookEventName[],
  timeout: number,
): boolean {
  const hooks = property(root, 'hooks');
  return events.every((event) => {
    const groups = (hooks && property(hooks, event)?.children) ?? [];
    const ours = groups
      .flatMap((group) => (group.type === 'object' && property(group, 'hooks')?.children) || [])
      .filter(isOurs)
      .map((node) => getNodeValue(node));
    const wanted = commandsOf(event);
    return (
      ours.length === wanted.length &&
      ours.every((hook, at) => hook.command === wanted[at] && hook.timeout === timeout)
    );
  });
}

/** The value of a key. If a key occurs twice, the last one counts, as in JSON parsers. */
export function property(object: Node, key: string): Node | undefined {
  return object.children?.findLast((child) => child.children?.[0]?.value === key)?.children?.[1];
}

export function endOf(node: Node): number {
  return node.offset + node.length;
}

function parse(text: string, path: string): Node {
  const errors: ParseError[] = [];
  // A space replaces the byte order mark, so that all offsets stay valid.
  const root = parseTree(text.replace(/^\uFEFF/, ' '), errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error || !root) {
    const line = text.slice(0, error?.offset).split('\n').length;
    throw new LoomError(
      `${path} is not JSON: ${error ? printParseErrorCode(error.error) : 'nothing'} in line ${line}.`,
      'Fix it, then run the command again. Nothing was changed.',
      EXIT.usage,
    );
  }
  const hooks = root.type === 'object' ? property(root, 'hooks') : undefined;
  const groups = hooks?.children?.map((child) => child.children?.[1]) ?? [];
  if (
    root.type !== 'object' ||
    (hooks && (hooks.type !== 'object' || groups.some((group) => group?.type !== 'array')))
  ) {
    throw new LoomError(
      `${path} does not look like Claude Code's settings.`,
      'Fix its "hooks", then run the command again. Nothing was changed.',
      EXIT.usage,
    );
  }
  return root;
}
