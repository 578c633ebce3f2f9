import type { FacetName } from '../../src/dashboard/contract/facets.js';
import type { Parameters } from '../source.js';
import { chosenTime, listTime, spanMs } from '../time/range.js';

/** Filters with one value, in the order on the page. The server uses the same names. */
export const FILTERS = {
  status: 'Status',
  tool: 'Tool',
  method: 'Method',
  errorType: 'Error type',
  client: 'Client',
  clientVersion: 'Client version',
  server: 'Server',
  release: 'Release',
  environment: 'Environment',
  user: 'User',
  session: 'Session',
  model: 'Model',
  atlas: 'Atlas term',
  issue: 'Issue',
} as const;
export type FilterName = keyof typeof FILTERS;

/** Further parameters of the filter in the address. */
export const FIELDS = ['q', 'minMs', 'sort', ...Object.keys(FILTERS)] as const;

/** The parameter for a value of a facet. */
export function wordsOfFacet(
  name: FacetName,
  value: string,
): { readonly word: FilterName; readonly value: string } {
  return name === 'task' ? { word: 'atlas', value: `ai_task.type=${value}` } : { word: name, value };
}

/** The filter as parameters for the server. */
export function filterParameters(query: URLSearchParams): Parameters {
  const words = ['q', 'minMs', ...Object.keys(FILTERS)].map(
    (name) => [name, query.get(name) || undefined] as const,
  );
  return Object.fromEntries(words);
}

/** The same for the list: with its order, and a period that ends at the time of the request. */
export function listParameters(query: URLSearchParams, now: number): Parameters {
  const { last } = chosenTime(query);
  return {
    ...filterParameters(query),
    sort: query.get('sort') || undefined,
    ...listTime(query),
    // A report has only rows, and can't compute a relative period.
    ...(last ? { last: undefined, from: now - spanMs(last) } : {}),
  };
}
