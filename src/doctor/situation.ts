import type { Finding } from '../core/findings.js';
import type { Plan } from '../core/plan.js';
import type { ObserveRecord } from '../core/record.js';
import type { InstalledPackage } from '../project/installed-package.js';
import type { VariableSource } from '../project/local-variables.js';
import type { WorkerEntry } from '../project/worker-entry.js';
import type { WranglerDocument } from '../wrangler/document.js';
import type { Diagnosis } from './diagnosis.js';

/** All facts that `doctor` needs, read once. The checks are pure functions of it and make no requests. */
export interface Situation {
  readonly record: ObserveRecord | undefined;
  /** Changes that `init` would still make. */
  readonly plan: Plan;
  /** null for an MCP server that is not a Worker. */
  readonly config: WranglerDocument | null;
  /** The environment to check; undefined for the top level. */
  readonly env: string | undefined;
  /** Findings about the choice of config and about redirected deploys. */
  readonly notes: readonly Finding[];
  /** The most important first. Values are secrets: never put one into a message. */
  readonly variables: readonly VariableSource[];
  /** undefined if the config names no entry. */
  readonly entry: WorkerEntry | undefined;
  readonly node: string;
  readonly wrangler: InstalledPackage | undefined;
  readonly runtime: RuntimePackage;
  /** undefined without a request (`--offline`, or no address). */
  readonly host: HostAnswers | undefined;
  /** Whether Loom's receiver answers on this machine; undefined without a request. */
  readonly receiver: boolean | undefined;
}

export interface RuntimePackage {
  readonly installed: InstalledPackage | undefined;
  /** The version that this program generates code for. */
  readonly expected: string;
  /** True if packages are in archives that only Yarn's loader reads. */
  readonly isPlugAndPlay: boolean;
  /** The command that installs, such as `pnpm install`. */
  readonly installCommand: string;
  /** The command that adds a development dependency, such as `pnpm add --save-dev`. */
  readonly addCommand: string;
}

/** Answer of the host behind the base URL. */
export interface HostAnswers {
  readonly health: Answer;
  /** The owner of the keys; undefined without both keys, or without a safe connection. */
  readonly keys: Answer | undefined;
}

export type Answer =
  | { readonly kind: 'answered'; readonly status: number }
  /** `cause` is a system error code such as ENOTFOUND, or `timeout`. */
  | { readonly kind: 'silent'; readonly cause: string };

export type Check = (situation: Situation) => Diagnosis[];

/** True for a layer in the record. Without a record, true for the layers that `init` would set up. */
export function wants(situation: Situation, layer: 'cloudflare' | 'langfuse'): boolean {
  if (layer === 'cloudflare' && situation.config === null) return false;
  return situation.record === undefined || situation.record.layers.includes(layer);
}
