import type { IconName } from './parts/icon.js';

interface PageLink {
  /** How its address begins; the overview's is empty. */
  readonly path: string;
  readonly name: string;
  readonly icon: IconName;
  /** `g` and this key opens it. */
  readonly key: string;
}

/** The pages that are always there, as the navigation groups them. */
export const PAGE_GROUPS: readonly { readonly name: string; readonly pages: readonly PageLink[] }[] = [
  { name: '', pages: [{ path: '', name: 'Overview', icon: 'overview', key: 'o' }] },
  {
    name: 'MCP server',
    pages: [
      { path: 'traces', name: 'Traces', icon: 'traces', key: 't' },
      { path: 'tools', name: 'Tools', icon: 'tools', key: 'u' },
      { path: 'trends', name: 'Trends', icon: 'trends', key: 'd' },
      { path: 'atlas', name: 'Atlas', icon: 'atlas', key: 'a' },
    ],
  },
  {
    name: 'Agents',
    pages: [
      { path: 'sessions', name: 'Sessions', icon: 'sessions', key: 's' },
      { path: 'issues', name: 'Issues', icon: 'issues', key: 'i' },
      { path: 'routing', name: 'Routing', icon: 'routing', key: 'r' },
      { path: 'budgets', name: 'Budgets', icon: 'budgets', key: 'b' },
    ],
  },
];

export const PAGES: readonly PageLink[] = PAGE_GROUPS.flatMap(({ pages }) => pages);
