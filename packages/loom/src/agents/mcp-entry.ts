import { getNodeValue, type Node, type ParseError, parseTree } from 'jsonc-parser';
import { EXIT, LoomError } from '../errors.js';
import { cutChildren, endOf, NO_SETTINGS, property, wasEmptyBefore } from '../hooks/settings-text.js';

/** The name of Loom's server in every agent's config. */
export const SERVER = 'loom';

export interface McpFile {
  /** The member that contains the servers, such as `mcpServers`. */
  readonly holder: string;
  /** The entry under the server's name. */
  readonly entry: unknown;
}

/** `undefined` if another server has this name. */
export function withMcpEntry(text: string, { holder, entry }: McpFile, path: string): string | undefined {
  const root = parse(text, path, holder);
  const servers = property(root, holder);
  const known = servers && property(servers, SERVER);
  if (known) {
    return isOurs(known) ? replaced(text, known, entry) : undefined;
  }
  return servers ? appended(text, servers, SERVER, entry) : appended(text, root, holder, { [SERVER]: entry });
}

/** Cuts out our entry, and its parent member if that was added only for the entry. */
export function withoutMcpEntry(text: string, holder: string, path: string): string {
  const root = parse(text, path, holder);
  const servers = property(root, holder);
  const known = servers && property(servers, SERVER);
  if (!(servers && known && isOurs(known))) {
    return text;
  }
  const alone = servers.children?.length === 1 && !wasEmptyBefore(text, servers);
  const cuts = alone
    ? cutChildren(text, root, (child) => child === servers.parent)
    : cutChildren(text, servers, (child) => child === known.parent);
  return cuts.reduceRight((rest, [from, to]) => rest.slice(0, from) + rest.slice(to), text);
}

/** Whether a config has our entry. */
export function hasMcpEntry(text: string, holder: string, path: string): boolean {
  const servers = property(parse(text, path, holder), holder);
  const known = servers && property(servers, SERVER);
  return known !== undefined && isOurs(known);
}

/** An entry that starts `lm mcp`, by the path or by the name of this package. */
function isOurs(entry: Node): boolean {
  return /loom(?:\/bin\/lm\.js|","lm)","mcp"/.test(
    JSON.stringify(getNodeValue(entry)).replaceAll('\\\\', '/'),
  );
}

function replaced(text: string, known: Node, entry: unknown): string {
  if (JSON.stringify(getNodeValue(known)) === JSON.stringify(entry)) {
    return text;
  }
  const before = spaceBefore(text, known.parent ?? known);
  return text.slice(0, known.offset) + laidOut(text, entry, before) + text.slice(endOf(known));
}

/**
 * Adds a member at the end of an object, in the layout of its neighbours. In an empty object, the member
 * starts on the line of the bracket, after a space. The space shows `remove` to keep the object.
 */
function appended(text: string, holder: Node, key: string, value: unknown): string {
  const last = holder.children?.at(-1);
  const at = last ? endOf(last) : holder.offset + 1;
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const before = last ? spaceBefore(text, last) : text === NO_SETTINGS ? `${eol}  ` : ' ';
  const member = `${JSON.stringify(key)}: ${laidOut(text, value, before)}`;
  return `${text.slice(0, at)}${last ? ',' : ''}${before}${member}${text.slice(at)}`;
}

function laidOut(text: string, value: unknown, before: string): string {
  const unit = /^[\t ]+(?=")/m.exec(text)?.[0] ?? '  ';
  return before.includes('\n')
    ? JSON.stringify(value, null, unit).replaceAll('\n', before.slice(before.search(/\r?\n/)))
    : JSON.stringify(value);
}

/** After one or two empty lines, one line break is enough. */
function spaceBefore(text: string, node: Node): string {
  const space = /\s*$/.exec(text.slice(0, node.offset))?.[0] ?? '';
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  return space.includes('\n') ? eol + space.slice(space.lastIndexOf('\n') + 1) : space;
}

function parse(text: string, path: string, holder: string): Node {
  const errors: ParseError[] = [];
  // A space replaces the byte order mark, so that all offsets stay valid.
  const root = parseTree(text.replace(/^\uFEFF/, ' '), errors, { allowTrailingComma: true });
  const servers = root?.type === 'object' ? property(root, holder) : undefined;
  if (errors.length > 0 || root?.type !== 'object' || (servers && servers.type !== 'object')) {
    throw new LoomError(
      `${path} is not a JSON object with an object under "${holder}".`,
      'Fix it, then run the command again. Nothing was changed.',
      EXIT.usage,
    );
  }
  return root;
}
