import type { ScaffoldIntent } from '../scaffold/plan-scaffold.js';
import type { Layouts } from './layouts.js';

/** The user's choices; missing ones come from an earlier `init`, then from defaults. */
export interface InitIntent extends ScaffoldIntent {
  readonly sampling: number;
  /** An explicit rate: it is also written where traces are on without one. */
  readonly samplingAsked: boolean;
  /** Names of destinations that Cloudflare sends traces to as well. */
  readonly destinations: readonly string[];
  /** The team's server: the name of a Worker of the same account, or its address. */
  readonly server?: string | undefined;
  readonly redactQueryString: boolean;
  /** An explicit `false` is kept. */
  readonly keepDisabled: boolean;
  /** Without a terminal, disabled settings are kept for now, but not recorded as a choice. */
  readonly unattended?: boolean;
  readonly nodejsCompat: boolean;
  /** Task types chosen by a person, by `file:name`. */
  readonly tasks: ReadonlyMap<string, string>;
  /** Oversight levels chosen by a person, by `file:name`. */
  readonly oversight: ReadonlyMap<string, string>;
  /** Handlers that a person left out, by `file:name`; none when not given. */
  readonly leftOut?: ReadonlySet<string>;
  readonly includeUnreachable: boolean;
  /** The user allowed changes to a published library. */
  readonly shared?: boolean;
  /** Functions of the project that register tools, by name, sorted. */
  readonly registrars: readonly string[];
  /** Files that are not to be touched, by path; none when not given. */
  readonly leaves?: ReadonlySet<string>;
  /** Ignore files get exceptions for what they hide of the set-up. */
  readonly unignore?: boolean;
  /** Formatted texts; without them, texts stay as planned. */
  readonly layouts?: Layouts;
}
