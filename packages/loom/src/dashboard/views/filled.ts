import type { Filled } from '../contract/filled.js';
import type { View } from './view.js';

/** Checks whether a page has content; one row is enough. */
const TABLES: Readonly<Record<keyof Filled, string>> = {
  traces: 'SELECT 1 FROM trace_series',
  generations: 'SELECT 1 FROM observations WHERE cost_basis IS NOT NULL',
  agents: 'SELECT 1 FROM sessions',
  issues: 'SELECT 1 FROM issues',
  routing: 'SELECT 1 FROM routing_decisions',
  budgets: 'SELECT 1 FROM budgets',
  access: 'SELECT 1 FROM access_keys',
};

export const filled: View<'filled'> = async ({ db }) => {
  const row = await db.get<Record<string, number>>(
    `SELECT ${Object.entries(TABLES)
      .map(([name, sql]) => `EXISTS (${sql}) AS "${name}"`)
      .join(', ')}`,
  );
  const has = (name: keyof Filled) => row?.[name] === 1;
  return {
    traces: has('traces'),
    generations: has('generations'),
    agents: has('agents'),
    issues: has('issues'),
    routing: has('routing'),
    budgets: has('budgets'),
    access: has('access'),
  };
};
