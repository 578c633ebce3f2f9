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
  /** The offset of the first character of each line of the site. */
  readonly lines: readonly number[];
}

/**
 * `new McpServer(…)` becomes `observeServer(new McpServer(…), 'name')`. A call that returns a server is wrapped the
 * same way. In a field of an McpAgent, `this` is the third argument.
 */
export function printServer(text: string, site: ServerSite, options: ServerOptions): Edit[] {
  const run = options.names.local('observeServer');
  const after = [quoted(options.name, options.quote), ...(site.isOfAgent ? ['this'] : [])];
  const parts = { open: `${run}(`, close: `, ${after.join(', ')})` };
  return fits(text, site, parts, options.width)
    ? [insertion(site.start, parts.open), insertion(site.end, parts.close)]
    : printArguments(text, { body: site, lines: options.lines }, { run, before: [], after }, options);
}

export function recogniseServer(call: CallExpression, names: ImportedNames): Wrapper | undefined {
  const [server, name] = call.arguments;
  if (!isCallOf(call, names.get('observeServer')) || call.arguments.length > 3) return undefined;
  // `init` wraps a `new` expression, or a call with a name. It never wraps a variable, so a person wrote that.
  const isWrittenByInit =
    server && (ts.isNewExpression(server) || (ts.isCallExpression(server) && name !== undefined));
  if (!isWrittenByInit) return undefined;
  return { ...aroundArgument(call, server), isServer: true };
}
