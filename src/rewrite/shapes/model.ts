import { type Edit, insertion } from '../../core/edits.js';
import type { ModelClient } from '../../tools/site.js';
import { type CallExpression, type Expression, isCallOf } from '../../tools/syntax/syntax.js';
import type { RuntimeNames } from '../names.js';
import type { ImportedNames, Wrapper } from '../wrapper.js';
import { aroundArgument } from './argument.js';

/**
 * `client` becomes `observeModel(trace, client)`.
 * @param trace name of the trace it belongs to; undefined where that is known only when it runs
 */
export function printModel(client: ModelClient, names: RuntimeNames, trace: string | undefined): Edit[] {
  return [insertion(client.start, `${names.local(client.by)}(${trace}, `), insertion(client.end, ')')];
}

export function recogniseModel(call: CallExpression, names: ImportedNames): Wrapper | undefined {
  const isOurs = isCallOf(call, names.get('observeModel')) || isCallOf(call, names.get('observeFetch'));
  return isOurs && call.arguments.length === 2
    ? aroundArgument(call, call.arguments[1] as Expression)
    : undefined;
}
