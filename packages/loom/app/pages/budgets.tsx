import { plural } from '../format.js';
import { Line } from '../parts/copy.js';
import { MoreRows } from '../parts/more-rows.js';
import { Empty, Loaded, PageHead } from '../parts/panel.js';
import { addressOf, read } from '../source.js';
import { useView } from '../use-view.js';
import { BudgetBar } from './budget-bar.js';

export function BudgetsPage() {
  const answer = useView('budgets');
  return (
    <>
      <PageHead title="Budgets">
        <p class="count">{answer.data && plural(answer.data.total, 'budget')}</p>
      </PageHead>
      <Loaded answer={answer}>
        {({ rows, next }) =>
          rows.length > 0 ? (
            <MoreRows
              first={rows}
              next={next}
              more={(after) => read<'budgets'>(addressOf('budgets', undefined, { after }))}
              keyOf={({ scope, of }) => `${scope} ${of}`}
            >
              {(all) => (
                <div class="budgets">
                  {all.map((budget) => (
                    <BudgetBar key={`${budget.scope} ${budget.of}`} budget={budget} />
                  ))}
                </div>
              )}
            </MoreRows>
          ) : (
            <>
              <Empty>No open session or issue has a budget. To set a daily budget:</Empty>
              <Line text="lm budget set day 5" />
            </>
          )
        }
      </Loaded>
    </>
  );
}
