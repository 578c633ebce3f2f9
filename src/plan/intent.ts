import type { ScaffoldIntent } from '../scaffold/plan-scaffold.js';
import type { Layouts } from './layouts.js';

/** What the person asked for; what they did not say comes from an earlier `init`, then from defaults. */
export interface InitIntent extends ScaffoldIntent {
  readonly sampling: number;
  /** Somebody asked for that rate: it is written where traces are on without one. */
  readonly samplingAsked: boolean;
  /** Names of destinations that Cloudflare sends traces to as well. */
  readonly destinations: readonly string[];
  /** The team's server: the name of a Worker of the same account, or its address. */
  readonly server?: string | undefined;
  readonly redactQueryString: boolean;
  /** What is switched off by an explicit `false` stays off. */
  readonly keepDisabled: boolean;
  /** Nobody is there to decide: what is switched off stays so for now, without that being a decision. */
  readonly unattended?: boolean;
  readonly nodejsCompat: boolean;
  /** Task types chosen by a person, by `file:name`. */
  readonly tasks: ReadonlyMap<string, string>;
  /** Oversight levels chosen by a person, by `file:name`. */
  readonly oversight: ReadonlyMap<string, string>;
  /** Handlers that a person left out, by `file:name`; none when not given. */
  readonly leftOut?: ReadonlySet<string>;
  readonly includeUnreachable: boolean;
  /** Somebody asked for a library that is published to be changed as well. */
  readonly shared?: boolean;
  /** Functions of the project that register tools, by name, sorted. */
  readonly registrars: readonly string[];
  /** Files that are not to be touched, by path; none when not given. */
  readonly leaves?: ReadonlySet<string>;
  /** Ignore files get exceptions for what they hide of the set-up. */
  readonly unignore?: boolean;
  /** How formatters lay out what is written; as it is planned when not given. */
  readonly layouts?: Layouts;
}
