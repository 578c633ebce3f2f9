import { describe, expect, it } from 'vitest';
import { observeHere } from '../checks/in-process.js';
import { jsonc, repository, worker } from './repository.js';

const project = (files: Record<string, string>) =>
  repository({ ...worker('.', { 'wrangler.jsonc': jsonc('calc') }), ...files });

describe("a project's own formatter", () => {
  it.each([
    ['Prettier by a file', { '.prettierrc': '{}' }, 'npx prettier --write src/index.ts'],
    [
      'Prettier by its manifest',
      { 'package.json': '{ "prettier": {} }' },
      'npx prettier --write src/index.ts',
    ],
    ['Biome', { 'biome.json': '{}' }, 'npx biome format --write src/index.ts'],
  ])('%s is named, after init and after remove', async (_name, files, command) => {
    const dir = project(files);
    expect((await observeHere('init', dir, '--yes', '--no-install')).stdout).toContain(command);
    expect((await observeHere('remove', dir, '--yes', '--force')).stdout).toContain(command);
  });

  it('is not asked for where there is none', async () => {
    const { stdout } = await observeHere('init', project({}), '--yes', '--no-install');
    expect(stdout).not.toMatch(/prettier|biome/);
  });
});
