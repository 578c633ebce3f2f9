import type { VNode } from 'preact';
import { AtlasPage } from './pages/atlas.js';
import { BudgetsPage } from './pages/budgets.js';
import { IssuesPage } from './pages/issues.js';
import { OverviewPage } from './pages/overview.js';
import { RoutingPage } from './pages/routing.js';
import { SessionPage } from './pages/session.js';
import { SessionsPage } from './pages/sessions.js';
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
      return { name: 'Tools', page: <ToolsPage /> };
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
    default:
      return { name: 'Not found', page: <NotFound /> };
  }
}

function NotFound() {
  return (
    <>
      <PageHead title="Not found" />
      <Empty>
        There is no such page. <a href="#/">Go to the overview</a>.
      </Empty>
    </>
  );
}
