import type { AccessEvent, AccessKey } from '../../src/dashboard/contract/access.js';
import { absolute, ahead, plural } from '../format.js';
import { useNow } from '../now.js';
import { Line } from '../parts/copy.js';
import { Empty, Loaded, PageHead, Panel } from '../parts/panel.js';
import { cut } from '../parts/rows.js';
import { type Column, Table } from '../parts/table.js';
import { Time } from '../parts/text.js';
import { useView } from '../use-view.js';

const WORDS = { ingest: 'writes', read: 'reads', login: 'opens the page' } as const;

const none = <span class="faint none">–</span>;

function End({ of: { revokedAt, expiresAt } }: { of: AccessKey }) {
  const now = useNow();
  if (revokedAt !== null) {
    return (
      <>
        revoked <Time at={revokedAt} />
      </>
    );
  }
  if (expiresAt === null) {
    return none;
  }
  return expiresAt <= now ? (
    <>
      expired <Time at={expiresAt} />
    </>
  ) : (
    <time dateTime={new Date(expiresAt).toISOString()} title={absolute(expiresAt)}>
      {ahead(expiresAt, now)}
    </time>
  );
}

const KEYS: readonly Column<AccessKey>[] = [
  { head: 'Name', grow: true, cell: (row) => cut(row.name, 60) },
  {
    head: 'May',
    cell: (row) => (row.service === null ? WORDS[row.kind] : `writes for ${cut(row.service, 40)}`),
  },
  { head: 'Made', numeric: true, cell: (row) => <Time at={row.createdAt} /> },
  { head: 'By', isExtra: true, cell: (row) => cut(row.createdBy ?? '', 40) },
  {
    head: 'Last used',
    numeric: true,
    cell: (row) => (row.usedAt === null ? none : <Time at={row.usedAt} />),
  },
  { head: 'Ends', numeric: true, cell: (row) => <End of={row} /> },
  { head: 'Id', isExtra: true, cell: (row) => <code class="faint">{row.id}</code> },
];

const EVENTS: readonly Column<AccessEvent & { readonly at: number }>[] = [
  { head: 'When', cell: (row) => <Time at={row.at} /> },
  { head: 'What', cell: (row) => row.kind },
  { head: 'Details', grow: true, cell: (row) => cut(row.says, 120) },
  { head: 'From', cell: (row) => row.place ?? none },
  { head: 'Key', isExtra: true, cell: (row) => <code class="faint">{cut(row.subject, 40)}</code> },
];

/** The keys of a team's server, and sign-ins with them. */
export function AccessPage() {
  const answer = useView('access');
  return (
    <>
      <PageHead title="Access">
        <p class="count">{answer.data && plural(answer.data.keys.length, 'key')}</p>
      </PageHead>
      <Loaded answer={answer}>
        {({ keys, log }) =>
          keys.length === 0 ? (
            <>
              <Empty>No keys yet. They belong to a team's server. To create one:</Empty>
              <Line text='lm keys add "shop worker"' />
            </>
          ) : (
            <>
              <Table caption="Keys of this server" columns={KEYS} rows={keys} keyOf={(row) => row.id} />
              <Panel title="Created keys, revoked keys, sign-ins">
                <Table
                  caption="Events of keys, latest first"
                  columns={EVENTS}
                  rows={log}
                  keyOf={(row) => `${row.at} ${row.kind} ${row.subject} ${row.says}`}
                />
              </Panel>
              <p class="note">
                To revoke a key: <code>lm keys revoke</code> and its id.
              </p>
            </>
          )
        }
      </Loaded>
    </>
  );
}
