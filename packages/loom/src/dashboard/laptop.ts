import { dirname } from 'node:path';
import { budgetStatus } from '../budgets/status.js';
import { stableId } from '../ids.js';
import { readRoutingConfig } from '../routing/config.js';
import { judge } from '../routing/judge.js';
import { routingReport } from '../routing/report.js';
import { readRules } from '../rules/store.js';
import { deadSessions } from '../sessions/recover.js';
import type { Database } from '../store/database.js';
import { projectKey } from '../store/project-key.js';
import { forwardedTraceId } from '../sync/forwarded.js';
import { Outbox } from '../sync/outbox.js';
import type { Home } from './home.js';
import { readSavedViews, removeView, saveView } from './saved-views.js';

/** The database's `.loom` folder, and this machine. */
export function laptopHome(db: Database): Home {
  const loomDir = dirname(db.path);
  return {
    deadSessions: (now) => deadSessions(db, now).map(({ session }) => session),
    budgets: (now, sessionId) => budgetStatus(db, now, sessionId),
    routing: ({ from, to }, now) => ({
      judged: judge(db, from, now, readRoutingConfig(loomDir).settle_hours, to),
      groups: routingReport(db, 'confidence', from, to),
    }),
    sync: () => {
      const { queued, sending, sent, dead, last_sent_at } = new Outbox(db).status();
      return { queued: queued + sending, sent, failed: dead, lastSentAt: last_sent_at, problem: null };
    },
    forwardedId: (traceId) => forwardedTraceId(traceId, { project: projectKey(db), stableId }),
    rules: () => readRules(loomDir),
    savedViews: () => readSavedViews(loomDir),
    changeSavedViews: (change) => {
      if ('save' in change) {
        saveView(loomDir, change.save);
      } else {
        removeView(loomDir, change.remove);
      }
    },
  };
}
