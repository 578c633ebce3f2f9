import { type Edit, insertion } from '../../core/edits.js';
import { quoted } from '../../text/style.js';
import type { ServerSite } from '../../tools/site.js';
import { type CallExpression, isCallOf, ts } from '../../tools/syntax/syntax.js';
import type { WrapOptions } from '../wrap-options.js';
import type { ImportedNames, Wrapper } from '../wrapper.js';
import { aroundArgument, printArguments } from './argument.js';
import { fits } from './width.js';

interface ServerOptions extends Pick<WrapOptions, 'style' | 'trailingComma' | 'width' | 'names'> {
  readonly name: string;
  readonly quote: '"' | "'";
  /** Lines of the site, by their first character. */
  readonly lines: readonly number[];
}

/** `new McpServer(…)`, or a call that makes a server, becomes `observeServer(new McpServer(…), 'name')`; in a field of an McpAgent, with `this`. */
export function printServer(text: string, site: ServerSite, options: ServerOptions): Edit[] {
  const run = options.names.local('observeServer');
  const behind = [quoted(options.name, options.quote), ...(site.isOfAgent ? ['this'] : [])];
  const given = { open: `${run}(`, close: `, ${behind.join(', ')})` };
  return fits(text, site, given, options.width)
    ? [insertion(site.start, given.open), insertion(site.end, given.close)]
    : printArguments(text, { body: site, lines: options.lines }, { run, before: [], behind }, options);
}

export function recogniseServer(call: CallExpression, names: ImportedNames): Wrapper | undefined {
  const [server, name] = call.arguments;
  if (!isCallOf(call, names.get('observeServer')) || call.arguments.length > 3) return undefined;
  // If the server is a variable or has no name, a person wrote the call.
  const isMade =
    server && (ts.isNewExpression(server) || (ts.isCallExpression(server) && name !== undefined));
  if (!isMade) return undefined;
  return { ...aroundArgument(call, server), isServer: true };
}
