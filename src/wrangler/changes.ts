/** Keys from the root of the config down, such as `['env', 'production', 'observability']`. */
export type ConfigPath = readonly string[];

export type NewPlain = boolean | number | string | readonly string[];
export type NewValue = NewPlain | NewTable;
export interface NewTable {
  readonly [key: string]: NewValue;
}

/** One step from what a config says to what it should say. */
export type ConfigChange =
  /** A member that is not there yet; its parent is. */
  | { readonly kind: 'add'; readonly path: ConfigPath; readonly value: NewValue }
  /** Another value for a scalar that is there. */
  | { readonly kind: 'set'; readonly path: ConfigPath; readonly value: NewPlain }
  /** More strings at the end of a list that is there. */
  | { readonly kind: 'append'; readonly path: ConfigPath; readonly values: readonly string[] }
  /** One more table of plain values in a list of tables; the list is created if it does not exist. */
  | { readonly kind: 'entry'; readonly path: ConfigPath; readonly value: Readonly<Record<string, string>> };

export function isNewTable(value: NewValue): value is NewTable {
  return typeof value === 'object' && !Array.isArray(value);
}
