import type { Sql } from '../store/sql.js';
import { type Evaluated, evaluate, type RuleState } from './evaluate.js';
import { readRules } from './store.js';
import { figureText } from './threshold.js';
import { postWebhook, webhookAddress, webhookText } from './webhook.js';

const EVERY_MS = 15_000;

export interface WatchOptions {
  readonly db: Sql;
  readonly loomDir: string;
  readonly env: NodeJS.ProcessEnv;
  /** Called with a line for each change and each failed webhook. */
  readonly say: (line: string) => void;
  readonly now?: () => number;
  readonly everyMs?: number;
}

/** Checks the rules every few seconds. Calls a rule's webhook when it starts or stops firing. */
export function watchRules(options: WatchOptions): { stop(): void; look(): Promise<void> } {
  const states = new Map<string, RuleState>();
  const problems = new Set<string>();
  const look = async () => {
    try {
      const now = (options.now ?? Date.now)();
      for (const rule of readRules(options.loomDir)) {
        await follow(await evaluate(options.db, now, rule), states, options);
      }
      problems.clear();
    } catch (error) {
      // For example, the file is being edited. Each problem is printed once, and the next check tries again.
      const problem = `Rules: ${(error as Error).message}`;
      if (!problems.has(problem)) {
        problems.add(problem);
        options.say(problem);
      }
    }
  };
  const timer = setInterval(look, options.everyMs ?? EVERY_MS);
  timer.unref();
  void look();
  return { stop: () => clearInterval(timer), look };
}

/** Reports when a rule starts or stops firing. The state `unknown` changes nothing. */
async function follow(
  evaluated: Evaluated,
  states: Map<string, RuleState>,
  { env, say }: WatchOptions,
): Promise<void> {
  const { rule, state } = evaluated;
  const before = states.get(rule.id);
  if (state === 'unknown' || state === before) {
    return;
  }
  states.set(rule.id, state);
  if (before === undefined && state === 'ok') {
    return;
  }
  const text = messageOf(evaluated);
  say(text);
  if (rule.webhook === undefined) {
    return;
  }
  const url = webhookAddress(rule.webhook, env);
  try {
    if (!url) {
      throw new Error('it is not set');
    }
    await postWebhook(url, { text });
  } catch (error) {
    say(`The webhook ${webhookText(rule.webhook)} of ${rule.id} failed: ${(error as Error).message}.`);
    // The next check reports it again.
    if (before === undefined) {
      states.delete(rule.id);
    } else {
      states.set(rule.id, before);
    }
  }
}

function messageOf({ rule, threshold, state, value, requests }: Evaluated): string {
  const found = `${figureText(threshold.figure, value)} in ${requests} requests`;
  const where = [rule.server, rule.environment].filter(Boolean).join(', ');
  return `${state === 'firing' ? 'Firing' : state === 'ok' ? 'Ended' : 'Not known'}: ${rule.when}${where ? ` (${where})` : ''}: ${found}`;
}
