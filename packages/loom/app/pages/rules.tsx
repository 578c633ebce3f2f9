import { PageHead } from '../parts/panel.js';

export function RulesPage() {
  return <PageHead title="Rules" />;
}
