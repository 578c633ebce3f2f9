import type { Finding } from '../core/findings.js';
import type { Plan } from '../core/plan.js';

/** A server that is not observed answers requests of which nothing is recorded: those that reach no handler. */
export function unobservedServers(plan: Plan): Finding[] {
  return plan.workers.flatMap((worker) =>
    worker.servers
      .filter(({ status }) => status === 'planned')
      .map(({ name, file, line }) => ({
        rule: 'langfuse/server-unobserved' as const,
        level: 'error' as const,
        file,
        line,
        message: `The server "${name}" is not observed: requests that reach no handler are not recorded.`,
        fix: 'npx create-something-observe init',
        resolution: 'planned' as const,
      })),
  );
}
