import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { npmPack, PUBLISHED } from '../../harness/npm.js';
import { scratchFolder } from '../../harness/scratch.js';
import { startRegistry } from './start-registry.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The address of a registry with our packages, or the reason why there is no registry. */
    readonly registry: { readonly url: string } | { readonly error: string };
  }
}

/** The test files that install our packages from a registry, and their folder. */
const USERS = /e2e\/?$|\/(guides|package-managers|registry)/;

/** One registry for the whole run: packing, publishing and Verdaccio's start take seconds each. */
export default async function setUp(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  // A run of other files does not wait for it.
  const only = process.argv.slice(2).filter((word) => /(^|\/)test\//.test(word));
  if (only.length > 0 && !only.some((file) => USERS.test(file))) {
    project.provide('registry', { error: 'no test of this run was expected to need a registry' });
    return undefined;
  }
  const { dir, remove } = scratchFolder();
  try {
    const registry = await startRegistry();
    await registry.publish(await npmPack(PUBLISHED, join(dir, 'tarballs')));
    project.provide('registry', { url: registry.url });
    return async () => {
      await registry.stop();
      await remove();
    };
  } catch (error) {
    await remove();
    // Only the tests that need it fail.
    project.provide('registry', { error: String(error) });
    return undefined;
  }
}
