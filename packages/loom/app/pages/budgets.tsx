import { Line } from '../parts/copy.js';
import { Empty, Loaded, PageHead } from '../parts/panel.js';
import { useView } from '../use-view.js';
import { BudgetBar } from './budget-bar.js';

export function BudgetsPage() {
  const answer = useView('budgets');
  return (
    <>
      <PageHead title="Budgets" />
      <Loaded answer={answer}>
        {({ rows }) =>
          rows.length > 0 ? (
            <div class="budgets">
              {rows.map((budget) => (
                <BudgetBar key={`${budget.scope} ${budget.of}`} budget={budget} />
              ))}
            </div>
          ) : (
            <>
              <Empty>No budget is set for anything that is open. A budget for each day:</Empty>
              <Line text="lm budget set day 5" />
            </>
          )
        }
      </Loaded>
    </>
  );
}
