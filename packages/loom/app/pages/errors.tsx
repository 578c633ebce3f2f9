import { count, plural } from '../format.js';
import { ErrorTable } from '../parts/error-groups.js';
import { Empty, Loaded, PageHead } from '../parts/panel.js';
import { usePlace } from '../router.js';
import { timeParameters, timeWords } from '../time/range.js';
import { RangeChoice } from '../time/range-choice.js';
import { useView } from '../use-view.js';

export function ErrorsPage() {
  const { query } = usePlace();
  const answer = useView('errors', {
    parameters: { ...timeParameters(query), server: query.get('server') || undefined },
  });
  return (
    <>
      <PageHead title="Errors">
        <p class="count">{answer.data && `${plural(answer.data.total, 'failed request')}`}</p>
        <RangeChoice />
      </PageHead>
      <Loaded answer={answer}>
        {({ rows, total, groups }) =>
          rows.length > 0 ? (
            <>
              <ErrorTable rows={rows} withClients />
              <p class="note">
                A group is one tool, error type and message. Differences in numbers, ids and quoted values are
                ignored. {plural(groups, 'group')}, {plural(total, 'request')}.{' '}
                {rows.length < groups && `The largest ${count(rows.length)} are shown.`}
              </p>
            </>
          ) : (
            <Empty>No failed requests {timeWords(query)}.</Empty>
          )
        }
      </Loaded>
    </>
  );
}
