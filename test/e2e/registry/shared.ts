import { inject } from 'vitest';

/** Address of the run's registry, with our packages in it. @throws Error with the reason where it did not start */
export function sharedRegistry(): string {
  const registry = inject('registry');
  if ('error' in registry) throw new Error(registry.error);
  return registry.url;
}
