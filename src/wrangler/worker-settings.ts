import type { ConfigTable } from './format.js';

/** Settings of one environment or the top level, without inherited ones. */
export interface WorkerSettings {
  readonly name: string | undefined;
  /** The entry file as written, relative to the config's folder. */
  readonly main: string | undefined;
  /** `YYYY-MM-DD` */
  readonly compatibilityDate: string | undefined;
  /** undefined if missing. Then the top level's flags count. */
  readonly compatibilityFlags: readonly string[] | undefined;
  /** Values may be secrets: never print them. */
  readonly vars: ConfigTable;
  /** The names in `secrets.required`; undefined without such a list. */
  readonly requiredSecrets: readonly string[] | undefined;
  /** Binding name of Workers AI, such as `AI`. */
  readonly aiBinding: string | undefined;
  /** Binding names of services that need an account even in local runs, such as `AI`. */
  readonly remoteBindings: readonly string[];
  readonly durableObjects: readonly { readonly binding: string; readonly className: string }[];
  /** `observability` as written, or undefined. */
  readonly observability: unknown;
}

export function workerSettings(table: ConfigTable): WorkerSettings {
  const ai = table.ai;
  const secrets = table.secrets;
  const durable = isTable(table.durable_objects) ? table.durable_objects.bindings : undefined;
  return {
    name: text(table.name),
    main: text(table.main),
    compatibilityDate: date(table.compatibility_date),
    compatibilityFlags: strings(table.compatibility_flags),
    vars: isTable(table.vars) ? table.vars : {},
    requiredSecrets: isTable(secrets) ? strings(secrets.required) : undefined,
    aiBinding: isTable(ai) ? text(ai.binding) : undefined,
    remoteBindings: remoteBindings(table),
    durableObjects: (Array.isArray(durable) ? durable : []).flatMap((item) => {
      const binding = isTable(item) ? text(item.name) : undefined;
      const className = isTable(item) ? text(item.class_name) : undefined;
      return binding === undefined || className === undefined ? [] : [{ binding, className }];
    }),
    observability: table.observability,
  };
}

/** These have no local simulation. All others have one, unless they are marked `remote`. */
const ALWAYS_REMOTE = new Set(['ai', 'ai_search', 'ai_search_namespaces', 'media']);

function remoteBindings(table: ConfigTable): string[] {
  return Object.entries(table).flatMap(([kind, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter(isTable)
      .filter(({ remote }) => remote === true || ALWAYS_REMOTE.has(kind))
      .flatMap(({ binding }) => text(binding) ?? []),
  );
}

export function isTable(value: unknown): value is ConfigTable {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** TOML allows a date without quotes, but Wrangler does not. */
function date(value: unknown): string | undefined {
  return value instanceof Date ? value.toISOString().slice(0, 10) : text(value);
}

function strings(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : undefined;
}
