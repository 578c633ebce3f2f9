import type { FacetName } from '../../src/dashboard/contract/facets.js';
import type { Parameters } from '../source.js';
import { chosenTime, listTime, spanMs } from '../time/range.js';

/** Filters with a value of their own, in the order in which the page offers them; named as the server names them. */
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

/** What the address may hold besides them. */
export const FIELDS = ['q', 'minMs', 'sort', ...Object.keys(FILTERS)] as const;

/** The address's word for what a facet filters by. */
export function wordsOfFacet(
  name: FacetName,
  value: string,
): { readonly word: FilterName; readonly value: string } {
  return name === 'task' ? { word: 'atlas', value: `ai_task.type=${value}` } : { word: name, value };
}

/** The filter as the server takes it. */
export function filterParameters(query: URLSearchParams): Parameters {
  const words = ['q', 'minMs', ...Object.keys(FILTERS)].map(
    (name) => [name, query.get(name) || undefined] as const,
  );
  return Object.fromEntries(words);
}

/** The same for the list: with its order, and a time that ends now each time it is asked. */
export function listParameters(query: URLSearchParams, now: number): Parameters {
  const { last } = chosenTime(query);
  return {
    ...filterParameters(query),
    sort: query.get('sort') || undefined,
    ...listTime(query),
    // A report has only its rows, which know no span.
    ...(last ? { last: undefined, from: now - spanMs(last) } : {}),
  };
}
