import { callSums, issueRows } from './issue-rows.js';
import { NO_CALLS } from './money.js';
import type { View } from './view.js';

export const issues: View<'issues'> = ({ db }) => ({
  rows: issueRows(db, null),
  unattributed: callSums(db, null).get(null) ?? NO_CALLS,
});
