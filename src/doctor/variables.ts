import type { VariableSource } from '../project/local-variables.js';

/** The value that a local run sees, and where it comes from. Never print the value of a key. */
export interface SeenVariable {
  readonly value: string;
  readonly place: string;
}

export function seen(variables: readonly VariableSource[], name: string): SeenVariable | undefined {
  const source = variables.find(
    ({ isRead, hidden, values }) => isRead && !hidden.includes(name) && Object.hasOwn(values, name),
  );
  return source && { value: source.values[name] as string, place: source.place };
}

/** Settings as the runtime reads them: trimmed, empty if missing. */
export function setting(variables: readonly VariableSource[], name: string): string {
  return seen(variables, name)?.value.trim() ?? '';
}

export const PUBLIC_KEY = 'LANGFUSE_PUBLIC_KEY';
export const SECRET_KEY = 'LANGFUSE_SECRET_KEY';

/** Both keys, if a local run has both. */
export function keyPair(
  variables: readonly VariableSource[],
): { readonly publicKey: string; readonly secretKey: string } | undefined {
  const publicKey = setting(variables, PUBLIC_KEY);
  const secretKey = setting(variables, SECRET_KEY);
  return publicKey !== '' && secretKey !== '' ? { publicKey, secretKey } : undefined;
}
