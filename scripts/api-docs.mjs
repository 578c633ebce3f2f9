// Writes docs/api from the docstrings of the public entries. With --check, it writes nothing, and exits with
// 1 if docs/api is out of date.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './run.mjs';

const ENTRIES = {
  observability: { folder: 'packages/observability', entries: ['src/index.ts', 'src/atlas.ts'] },
  loom: { folder: 'packages/loom', entries: ['src/receiver/index.ts', 'src/sync/index.ts'] },
};
const TARGET = join(root, 'docs/api');

const scratch = mkdtempSync(join(tmpdir(), 'observe-api-'));
try {
  const isCheck = process.argv.includes('--check');
  const out = isCheck ? scratch : TARGET;
  if (!isCheck) rmSync(TARGET, { recursive: true, force: true });
  for (const [name, { folder, entries }] of Object.entries(ENTRIES)) await write(name, folder, entries, out);
  if (isCheck && !isSame(scratch, TARGET)) {
    console.error('docs/api does not match the docstrings. Run: node scripts/api-docs.mjs');
    process.exitCode = 1;
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function write(name, folder, entries, out) {
  const { Application } = await import('typedoc');
  const app = await Application.bootstrapWithPlugins({
    plugin: [createRequire(import.meta.url).resolve('typedoc-plugin-markdown')],
    entryPoints: entries.map((entry) => join(root, folder, entry)),
    tsconfig: join(root, folder, 'tsconfig.json'),
    name,
    out: join(out, name),
    readme: 'none',
    router: 'module',
    disableSources: true,
    hidePageHeader: true,
    hideBreadcrumbs: true,
    excludeInternal: true,
    excludePrivate: true,
    parametersFormat: 'table',
    interfacePropertiesFormat: 'table',
    propertyMembersFormat: 'table',
    typeDeclarationFormat: 'table',
    enumMembersFormat: 'table',
    indexFormat: 'table',
    formatWithPrettier: false,
    groupOrder: ['Functions', 'Classes', 'Interfaces', 'Type Aliases', 'Variables'],
    logLevel: 'Warn',
    validation: false,
    // A separate check, `npm test`, covers the types of all files.
    skipErrorChecking: true,
  });
  const project = await app.convert();
  if (!project) throw new Error(`TypeDoc could not read ${folder}`);
  await app.generateOutputs(project);
}

function isSame(made, kept) {
  const list = (folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length))
      .sort();
  const names = list(made);
  return (
    names.join() === list(kept).join() &&
    names.every((name) => readFileSync(join(made, name), 'utf8') === readFileSync(join(kept, name), 'utf8'))
  );
}
