import type { VNode } from 'preact';
import { AccessPage } from './pages/access.js';
import { AgentsPage } from './pages/agents.js';
import { AtlasPage } from './pages/atlas.js';
import { BudgetsPage } from './pages/budgets.js';
import { ClientPage } from './pages/client.js';
import { ClientsPage } from './pages/clients.js';
import { ErrorsPage } from './pages/errors.js';
import { IssuesPage } from './pages/issues.js';
import { McpSessionPage } from './pages/mcp-session.js';
import { McpSessionsPage } from './pages/mcp-sessions.js';
import { OverviewPage } from './pages/overview.js';
import { RoutingPage } from './pages/routing.js';
import { RulesPage } from './pages/rules.js';
import { SessionPage } from './pages/session.js';
import { SessionsPage } from './pages/sessions.js';
import { ToolPage } from './pages/tool.js';
import { ToolsPage } from './pages/tools.js';
import { TrendsPage } from './pages/trends.js';
import { Empty, PageHead } from './parts/panel.js';
import { TracePage } from './trace/page.js';
import { TracesPage } from './traces/page.js';

interface Page {
  readonly name: string;
  readonly page: VNode;
}

export function pageAt([first = '', id]: readonly string[]): Page {
  switch (first) {
    case '':
      return { name: 'Overview', page: <OverviewPage /> };
    case 'traces':
      return id ? { name: 'Trace', page: <TracePage id={id} /> } : { name: 'Traces', page: <TracesPage /> };
    case 'sessions':
      return id
        ? { name: 'Session', page: <SessionPage id={id} /> }
        : { name: 'Sessions', page: <SessionsPage /> };
    case 'tools':
      return id ? { name: id, page: <ToolPage id={id} /> } : { name: 'Tools', page: <ToolsPage /> };
    case 'errors':
      return { name: 'Errors', page: <ErrorsPage /> };
    case 'clients':
      return id ? { name: id, page: <ClientPage id={id} /> } : { name: 'Clients', page: <ClientsPage /> };
    case 'mcp-sessions':
      return id
        ? { name: 'MCP session', page: <McpSessionPage id={id} /> }
        : { name: 'MCP sessions', page: <McpSessionsPage /> };
    case 'rules':
      return { name: 'Rules', page: <RulesPage /> };
    case 'agents':
      return { name: 'Agents', page: <AgentsPage /> };
    case 'trends':
      return { name: 'Trends', page: <TrendsPage /> };
    case 'atlas':
      return { name: 'Atlas', page: <AtlasPage /> };
    case 'issues':
      return { name: 'Issues', page: <IssuesPage /> };
    case 'routing':
      return { name: 'Routing', page: <RoutingPage /> };
    case 'budgets':
      return { name: 'Budgets', page: <BudgetsPage /> };
    case 'access':
      return { name: 'Access', page: <AccessPage /> };
    default:
      return { name: 'Not found', page: <NotFound /> };
  }
}

function NotFound() {
  return (
    <>
      <PageHead title="Not found" />
      <Empty>
        Page not found. <a href="#/">Go to the overview</a>.
      </Empty>
    </>
  );
}
