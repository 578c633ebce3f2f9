import type { Page } from 'playwright-core';
import type { SessionPage } from '../../../packages/loom/src/dashboard/contract/sessions.js';
import type { TracePage } from '../../../packages/loom/src/dashboard/contract/traces.js';
import { ask } from './watched-page.js';

/** Every page of the dashboard, with a large trace and a large session. */
export async function places(page: Page): Promise<Readonly<Record<string, string>>> {
  const { rows } = await ask<TracePage>(page, 'traces?limit=500');
  const sessions = await ask<SessionPage>(page, 'sessions');
  const failed = rows.find((row) => row.failed);
  const generated = rows.find((row) => row.generations > 0);
  const all: Readonly<Record<string, string>> = {
    overview: '#/',
    traces: '#/traces',
    'traces-filtered': '#/traces?status=error&session=none',
    'trace-failed': `#/traces/${encodeURIComponent(failed?.id ?? '')}`,
    'trace-generation': `#/traces/${encodeURIComponent(generated?.id ?? '')}`,
    'traces-grouped': '#/traces?by=client&last=30d',
    tools: '#/tools?last=30d',
    tool: rows.length > 0 ? '#/tools/refund?last=30d' : '#/tools/',
    errors: '#/errors?last=30d',
    clients: '#/clients',
    client: '#/clients/claude-code?last=7d',
    'mcp-sessions': '#/mcp-sessions?last=7d',
    'mcp-session': `#/mcp-sessions/${encodeURIComponent(rows.find((row) => row.sessionId)?.sessionId ?? '')}`,
    'overview-90d': '#/?last=90d',
    'overview-15m': '#/?last=15m',
    rules: '#/rules',
    agents: '#/agents',
    trends: '#/trends',
    'trends-atlas': '#/trends?metric=tokens&by=ai_task.type',
    atlas: '#/atlas',
    sessions: '#/sessions',
    session: `#/sessions/${encodeURIComponent(sessions.rows[1]?.id ?? '')}`,
    issues: '#/issues',
    routing: '#/routing',
    budgets: '#/budgets',
    'not-found': '#/nowhere',
  };
  // Pages of one item exist only if the item exists.
  return Object.fromEntries(
    Object.entries(all).filter(([name, place]) => !place.endsWith('/') || name === 'overview'),
  );
}
