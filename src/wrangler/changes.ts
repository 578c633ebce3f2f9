/** Keys from the root of the config down, such as `['env', 'production', 'observability']`. */
export type ConfigPath = readonly string[];

export type NewPlain = boolean | number | string | readonly string[];
export type NewValue = NewPlain | NewTable;
export interface NewTable {
  readonly [key: string]: NewValue;
}

/** One change of a config. */
export type ConfigChange =
  /** Adds a member to an existing parent. */
  | { readonly kind: 'add'; readonly path: ConfigPath; readonly value: NewValue }
  /** Replaces an existing scalar. */
  | { readonly kind: 'set'; readonly path: ConfigPath; readonly value: NewPlain }
  /** Appends strings to an existing list. */
  | { readonly kind: 'append'; readonly path: ConfigPath; readonly values: readonly string[] }
  /** Appends a table of plain values to a list of tables. A missing list is created. */
  | { readonly kind: 'entry'; readonly path: ConfigPath; readonly value: Readonly<Record<string, string>> };

export function isNewTable(value: NewValue): value is NewTable {
  return typeof value === 'object' && !Array.isArray(value);
}
