import type { Filled } from '../src/dashboard/contract/filled.js';
import type { IconName } from './parts/icon.js';

interface PageLink {
  /** Start of its address. The overview's is empty. */
  readonly path: string;
  readonly name: string;
  readonly icon: IconName;
  /** The key after `g` that opens it. */
  readonly key: string;
}

/** The page is in the navigation if any of these has content, or always if the list is empty. */
type ContentKeys = readonly (keyof Filled)[];

/** The pages by group in the navigation. */
export const PAGE_GROUPS: readonly {
  readonly name: string;
  readonly pages: readonly (PageLink & { readonly needs?: ContentKeys })[];
}[] = [
  { name: '', pages: [{ path: '', name: 'Overview', icon: 'overview', key: 'o' }] },
  {
    name: 'MCP server',
    pages: [
      { path: 'traces', name: 'Traces', icon: 'traces', key: 't' },
      { path: 'tools', name: 'Tools', icon: 'tools', key: 'u' },
      { path: 'errors', name: 'Errors', icon: 'error', key: 'e' },
      { path: 'clients', name: 'Clients', icon: 'out', key: 'c' },
      { path: 'mcp-sessions', name: 'MCP sessions', icon: 'request', key: 'm' },
      { path: 'rules', name: 'Rules', icon: 'warn', key: 'l' },
    ],
  },
  {
    name: 'Cost',
    pages: [
      { path: 'trends', name: 'Trends', icon: 'trends', key: 'd', needs: ['generations', 'agents'] },
      { path: 'atlas', name: 'Atlas', icon: 'atlas', key: 'a', needs: ['traces', 'agents'] },
    ],
  },
  {
    name: 'Agents',
    pages: [
      { path: 'agents', name: 'Agents', icon: 'running', key: 'g', needs: ['agents'] },
      { path: 'sessions', name: 'Sessions', icon: 'sessions', key: 's', needs: ['agents'] },
      { path: 'issues', name: 'Issues', icon: 'issues', key: 'i', needs: ['issues'] },
      { path: 'routing', name: 'Routing', icon: 'routing', key: 'r', needs: ['routing'] },
      { path: 'budgets', name: 'Budgets', icon: 'budgets', key: 'b', needs: ['budgets'] },
    ],
  },
  {
    name: 'Team',
    pages: [{ path: 'access', name: 'Access', icon: 'access', key: 'k', needs: ['access'] }],
  },
];

export const PAGES: readonly PageLink[] = PAGE_GROUPS.flatMap(({ pages }) => pages);
