import { issuePage, unattributed } from './issue-rows.js';
import type { View } from './view.js';

export const issues: View<'issues'> = async ({ db }, { after, limit, ...asked }) => {
  const { rows, total } = await issuePage(db, { ...asked, offset: after, limit });
  const end = after + rows.length;
  return { rows, total, next: end < total ? end : null, unattributed: await unattributed(db) };
};
