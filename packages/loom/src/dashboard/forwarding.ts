import { EXIT, LoomError } from '../errors.js';
import type { Database } from '../store/database.js';
import { type Forwarding, startForwarding } from '../sync/forward.js';
import { readForwardKeys } from '../sync/keys.js';
import { requireLangfuse } from '../sync/require-langfuse.js';

/** Forwards new data to Langfuse. `say` receives a line about the sent data, and each problem once. */
export async function forwardReceived(
  db: Database,
  projectDir: string,
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<Forwarding & { readonly to: string }> {
  const keys = readForwardKeys(projectDir, env);
  if (!keys) {
    throw new LoomError(
      'Forwarding needs the keys of a Langfuse project.',
      'Set LANGFUSE_PUBLIC_KEY, LANGFUSE_SECRET_KEY and LANGFUSE_BASE_URL in the environment, or leave --forward out.',
      EXIT.noKeys,
    );
  }
  await requireLangfuse(keys);
  let trouble: string | null = null;
  const forwarding = startForwarding(db, keys, (report) => {
    const next = report instanceof Error ? wordsOf(report) : report.stopped;
    if (next !== null && next !== trouble) {
      say(`Forwarding waits: ${next}`);
    }
    trouble = next;
    if (!(report instanceof Error) && report.dead > 0) {
      say(`Langfuse rejected ${report.dead} records; \`lm sync --status\` shows why.`);
    }
  });
  return { ...forwarding, to: keys.baseUrl };
}

function wordsOf(error: Error): string {
  return error instanceof LoomError ? `${error.message} ${error.fix}` : error.message;
}
