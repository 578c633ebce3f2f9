import type { Finding } from '../core/findings.js';
import type { Plan } from '../core/plan.js';
import type { ObserveRecord } from '../core/record.js';
import type { RuleId } from '../core/rules.js';
import type { InstalledPackage } from '../project/installed-package.js';
import type { VariableSource } from '../project/local-variables.js';
import type { WorkerEntry } from '../project/worker-entry.js';
import type { WranglerDocument } from '../wrangler/document.js';

/** Everything that `doctor` looks at, read once. The checks are functions of it and ask nobody. */
export interface Situation {
  readonly record: ObserveRecord | undefined;
  /** What `init` would still do. */
  readonly plan: Plan;
  /** null for an MCP server that is no Worker. */
  readonly config: WranglerDocument | null;
  /** The environment asked about; undefined for the top level. */
  readonly env: string | undefined;
  /** What discovery has to say: which of several configs wins, where deploys are led. */
  readonly notes: readonly Finding[];
  /** The most important first. Values are secrets: never put one into a message. */
  readonly variables: readonly VariableSource[];
  /** undefined where the config names no entry. */
  readonly entry: WorkerEntry | undefined;
  readonly node: string;
  readonly wrangler: InstalledPackage | undefined;
  readonly runtime: RuntimePackage;
  /** undefined when nobody was asked (`--offline`, or no address to ask). */
  readonly host: HostAnswers | undefined;
  /** Whether Loom's receiver answers on this machine; undefined when nobody was asked. */
  readonly receiver: boolean | undefined;
}

export interface RuntimePackage {
  readonly installed: InstalledPackage | undefined;
  /** The version that this program's code is made for. */
  readonly expected: string;
  /** Packages live in archives that only Node with Yarn's loader reads. */
  readonly isPlugAndPlay: boolean;
  /** The command that installs, such as `pnpm install`. */
  readonly installCommand: string;
}

/** What the host behind the base URL said. */
export interface HostAnswers {
  readonly health: Answer;
  /** Who the keys belong to; undefined when there was no whole pair to ask with, or no safe way. */
  readonly keys: Answer | undefined;
}

export type Answer =
  | { readonly kind: 'answered'; readonly status: number }
  /** `cause` is a system's code such as ENOTFOUND, or `timeout`. */
  | { readonly kind: 'silent'; readonly cause: string };

/** What one check found. */
export interface Diagnosis {
  /** Stable id of the check, such as `keys`. */
  readonly check: string;
  /** The rule whose finding this is, where `check` has one for it too. */
  readonly rule?: RuleId;
  /** `wrong` keeps traces away; `notice` may, or is worth knowing; `skipped` could not be looked at. */
  readonly state: 'ok' | 'notice' | 'wrong' | 'skipped';
  readonly message: string;
  /** The next step; always there for `wrong`. */
  readonly fix?: string;
}

export type Check = (situation: Situation) => Diagnosis[];

export const ok = (check: string, message: string): Diagnosis => ({ check, state: 'ok', message });
export const skipped = (check: string, message: string): Diagnosis => ({ check, state: 'skipped', message });
export const notice = (check: string, message: string, fix?: string): Diagnosis => ({
  check,
  state: 'notice',
  message,
  ...(fix === undefined ? {} : { fix }),
});
export const wrong = (check: string, message: string, fix: string): Diagnosis => ({
  check,
  state: 'wrong',
  message,
  fix,
});

/**
 * A finding as a diagnosis: its rule says what is wrong and what to do. How far that keeps traces away is for the
 * check to say, and some checks sum several findings up.
 */
export function wraps(
  check: string,
  state: 'ok' | 'notice' | 'wrong',
  finding: Pick<Finding, 'rule' | 'message' | 'fix'>,
  summary: Partial<Pick<Finding, 'message' | 'fix'>> = {},
): Diagnosis {
  const { rule, message, fix } = { ...finding, ...summary };
  return { check, state, rule, message, ...(state === 'ok' ? {} : { fix }) };
}

/** A layer that was asked for; without a record, whatever `init` would set up. */
export function wants(situation: Situation, layer: 'cloudflare' | 'langfuse'): boolean {
  if (layer === 'cloudflare' && situation.config === null) return false;
  return situation.record === undefined || situation.record.layers.includes(layer);
}
