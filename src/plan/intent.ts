import type { ScaffoldIntent } from '../scaffold/plan-scaffold.js';
import type { Layouts } from './layouts.js';

/** The user's choices; missing ones come from an earlier `init`, then from defaults. */
export interface InitIntent extends ScaffoldIntent {
  readonly sampling: number;
  /** An explicit rate: it is also written where traces are on without one. */
  readonly samplingAsked: boolean;
  /** Names of destinations that also get Cloudflare's traces. */
  readonly destinations: readonly string[];
  /** The team's server: the name of a Worker of the same account, or its address. */
  readonly server?: string | undefined;
  readonly redactQueryString: boolean;
  /** An explicit `false` stays. */
  readonly keepDisabled: boolean;
  /** Without a terminal, disabled settings stay, but the record does not list that as a choice. */
  readonly unattended?: boolean;
  readonly nodejsCompat: boolean;
  /** Task types chosen by a person, by `file:name`. */
  readonly tasks: ReadonlyMap<string, string>;
  /** Oversight levels chosen by a person, by `file:name`. */
  readonly oversight: ReadonlyMap<string, string>;
  /** Handlers that the user skipped, by `file:name`. Default: none. */
  readonly leftOut?: ReadonlySet<string>;
  readonly includeUnreachable: boolean;
  /** The user allowed changes to a published library. */
  readonly shared?: boolean;
  /** Functions of the project that register tools, by name, sorted. */
  readonly registrars: readonly string[];
  /** Paths of files that must not change. Default: none. */
  readonly skipFiles?: ReadonlySet<string>;
  /** True if ignore files get exceptions for set-up files that they hide. */
  readonly unignore?: boolean;
  /** Formatted texts; without them, texts stay as planned. */
  readonly layouts?: Layouts;
}
