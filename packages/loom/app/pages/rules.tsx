import { useState } from 'preact/hooks';
import type { RuleRow } from '../../src/dashboard/contract/rules.js';
import { count } from '../format.js';
import { Line } from '../parts/copy.js';
import { Empty, Loaded, PageHead, Panel } from '../parts/panel.js';
import { cut } from '../parts/rows.js';
import { type Column, Table } from '../parts/table.js';
import { Status } from '../parts/text.js';
import { href } from '../router.js';
import { report } from '../source.js';
import { useView } from '../use-view.js';

const WORDS = { firing: 'firing', ok: 'ok', unknown: 'not known' } as const;

const COLUMNS: readonly Column<RuleRow>[] = [
  {
    head: 'Rule',
    grow: true,
    cell: (row) => (
      <>
        <a
          class="name"
          href={href(row.tool ? ['tools', row.tool] : [], {
            from: String(Math.floor(row.from)),
            to: undefined,
            last: undefined,
            since: undefined,
            server: row.server ?? undefined,
          })}
          data-row
        >
          {cut(row.when)}
        </a>{' '}
        <span class="faint">{[row.server, row.environment].filter(Boolean).join(' · ')}</span>
      </>
    ),
  },
  {
    head: 'State',
    cell: (row) => (
      <Status
        of={row.state === 'firing' ? 'error' : row.state === 'ok' ? 'ok' : 'warn'}
        word={WORDS[row.state]}
      />
    ),
  },
  { head: 'Now', numeric: true, cell: (row) => row.shown },
  { head: 'Requests', numeric: true, cell: (row) => count(row.requests) },
  {
    head: 'Webhook',
    cell: (row) => <span class={row.webhook ? 'faint' : 'faint none'}>{row.webhook ?? '–'}</span>,
  },
  { head: 'Id', isExtra: true, cell: (row) => <code class="faint">{row.id}</code> },
];

export function RulesPage() {
  const answer = useView('rules');
  return (
    <>
      <PageHead title="Rules">
        <Notifications />
      </PageHead>
      <Loaded answer={answer}>
        {({ rows, problem }) => (
          <>
            {problem && <p class="notice bad">{problem}</p>}
            {rows.length > 0 ? (
              <>
                <Table
                  caption="Rules with their current state"
                  columns={COLUMNS}
                  rows={rows}
                  keyOf={(row) => row.id}
                />
                <p class="note">
                  A rule is unknown if no data was recorded in its period. To be alerted when requests stop,
                  add a rule on requests. The dashboard checks the rules every 15 seconds while it runs.
                </p>
              </>
            ) : (
              !problem && <Empty>No rules yet.</Empty>
            )}
            <Panel title="Add a rule">
              <p class="note">
                Rules are in .loom/rules.json. Commit the file to share them. <code>lm rules check</code>{' '}
                exits with 1 if a rule fires, for cron and CI.
              </p>
              <Line text='lm rules add "error rate > 5% for 10m"' />
              <Line text='lm rules add "p95 of search > 2s for 1h"' />
              <Line text={`lm rules add "requests < 1 for 30m" --webhook '$ALERTS_URL'`} />
            </Panel>
          </>
        )}
      </Loaded>
    </>
  );
}

/** Asks the browser for permission to notify. Browsers allow this only after a click. */
function Notifications() {
  const [state, setState] = useState(
    typeof Notification === 'undefined' ? 'denied' : Notification.permission,
  );
  if (report || typeof Notification === 'undefined') return null;
  return (
    <p class="links">
      {state === 'granted' ? (
        <span class="faint">You get notifications on this computer while the page is open</span>
      ) : state === 'denied' ? (
        <span class="faint">The browser does not allow notifications here</span>
      ) : (
        <button
          type="button"
          class="more"
          onClick={async () => setState(await Notification.requestPermission())}
        >
          Notify me on this computer
        </button>
      )}
    </p>
  );
}
