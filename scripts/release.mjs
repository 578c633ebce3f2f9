// `npm run release`: publishes packages whose version is not in the registry yet. Only the release workflow
// runs it. The packages are built once, so the tested build is published.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { nodeProgram, root } from './run.mjs';

const FOLDERS = ['.', 'packages/observability', 'packages/loom'];

await build();
nameRepository(process.env.GITHUB_REPOSITORY);
process.exitCode = await nodeProgram('node_modules/@changesets/cli/bin.js', ['publish']);

/**
 * The registry rejects provenance if the manifest does not name the package's repository. npm's page of the
 * package also needs it for relative links and images.
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
