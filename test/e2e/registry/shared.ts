import { inject } from 'vitest';

/** The address of the run's registry, which contains our packages. @throws Error with the reason if it did not start */
export function sharedRegistry(): string {
  const registry = inject('registry');
  if ('error' in registry) throw new Error(registry.error);
  return registry.url;
}
