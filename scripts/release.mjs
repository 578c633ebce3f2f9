// `npm run release`: publishes what has a version that the registry does not have yet. Only the release workflow
// runs it. The packages are built once, and what is published is what the tests ran on.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { nodeProgram, root } from './run.mjs';

const FOLDERS = ['.', 'packages/observability', 'packages/loom'];

await build();
nameRepository(process.env.GITHUB_REPOSITORY);
process.exitCode = await nodeProgram('node_modules/@changesets/cli/bin.js', ['publish']);

/**
 * Provenance is refused where a manifest does not name the repository that the package was built in. npm's page of the
 * package finds relative links and pictures by it, too.
 */
function nameRepository(repository) {
  if (!repository)
    throw new Error('GITHUB_REPOSITORY is not set: releases are made by the release workflow.');
  const page = `https://github.com/${repository}`;
  for (const folder of FOLDERS) {
    const file = join(root, folder, 'package.json');
    const manifest = JSON.parse(readFileSync(file, 'utf8'));
    const place = folder === '.' ? {} : { directory: folder };
    manifest.repository = { type: 'git', url: `git+${page}.git`, ...place };
    manifest.homepage = folder === '.' ? `${page}#readme` : `${page}/tree/HEAD/${folder}#readme`;
    manifest.bugs = { url: `${page}/issues` };
    writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
  }
}
