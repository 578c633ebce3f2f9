import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, delimiter, dirname, join } from 'node:path';
import { build } from 'esbuild';
import { mustRun, run } from '../../test/harness/process.js';
import { root } from '../../test/harness/root.js';
import { type Checkout, WORKSHOP } from './checkout.js';
import type { Mount, Settings } from './settings.js';

const require = createRequire(join(root, 'package.json'));
const wrangler = join(dirname(require.resolve('wrangler/package.json')), 'wrangler-dist/cli.js');

/** The Worker as `wrangler deploy` would send it, in `outdir`. */
export async function bundleWorker(
  { dir, config, main }: Checkout,
  outdir: string,
  { mount, flags = [], withoutBuild }: Settings,
): Promise<void> {
  await rm(outdir, { recursive: true, force: true });
  const entry = mount && main ? await writeMount(dir, main, mount) : undefined;
  const words = ['deploy', ...(entry ? [entry] : []), '--dry-run', '--outdir', outdir];
  const options = flags.flatMap((flag) => ['--compatibility-flags', flag]);
  if (config) options.push('--config', config);
  try {
    await mustRun(process.execPath, ['--no-warnings', wrangler, ...words, ...options], {
      cwd: dir,
      env: {
        WRANGLER_SEND_METRICS: 'false',
        WRANGLER_HIDE_BANNER: 'true',
        CI: 'true',
        FORCE_COLOR: '0',
        ...(withoutBuild ? { PATH: await pathWithoutNpm() } : {}),
      },
    });
  } finally {
    if (entry) await rm(join(dir, entry));
    await rm(join(dir, '.wrangler'), { recursive: true, force: true });
  }
}

/** A PATH in which `npm` and `npx` do nothing. */
async function pathWithoutNpm(): Promise<string> {
  const bin = join(WORKSHOP, 'bin');
  await mkdir(bin, { recursive: true });
  for (const name of ['npm', 'npx']) await writeFile(join(bin, name), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  return `${bin}${delimiter}${process.env['PATH']}`;
}

/** An entry that serves the agent class without its login, which is not tested here. */
async function writeMount(dir: string, main: string, mount: Mount): Promise<string> {
  const from = mount.from ?? `./${basename(main).replace(/\.\w+$/, '')}`;
  const own = `./${basename(main).replace(/\.\w+$/, '')}`;
  const binding = JSON.stringify(mount.binding ?? 'MCP_OBJECT');
  const text = `import { ${mount.agent} as Agent } from ${JSON.stringify(from)};
export * from ${JSON.stringify(own)};
export { ${mount.agent} } from ${JSON.stringify(from)};
const handler = ${mount.by === 'mount' ? `Agent.mount('/sse')` : `Agent.serve('/mcp', { binding: ${binding} })`};
export default { fetch(request, env, ctx) {
  ctx.props = ${JSON.stringify(mount.props ?? {})};
  return handler.fetch(request, env, ctx);
} };
`;
  const entry = join(dirname(main), 'differential-mount.js');
  await writeFile(join(dir, entry), text);
  return entry;
}

/** Bundles a Node server into one file, without its packages. */
export async function bundleNode(dir: string, entry: string, outfile: string): Promise<void> {
  await build({
    absWorkingDir: dir,
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'silent',
  });
}

/**
 * Errors of the project's TypeScript in its own files, without positions; undefined without a tsconfig. tsc itself is
 * not used: after one error in the settings, such as a missing type library, it reports no others.
 */
export async function typeErrors(dir: string): Promise<string[] | undefined> {
  if (!existsSync(join(dir, 'tsconfig.json'))) return undefined;
  const own = join(dir, 'node_modules/typescript/lib/typescript.js');
  const compiler = existsSync(own) ? own : require.resolve('typescript');
  const { stdout, stderr, code } = await run(process.execPath, ['-e', CHECK, compiler, dir], { cwd: dir });
  if (code !== 0) throw new Error(`the type check failed: ${stderr.trim().slice(-500)}`);
  return JSON.parse(stdout) as string[];
}

/** Runs with the project's TypeScript, in its own process. */
const CHECK = `
const [, compiler, dir] = process.argv;
const ts = require(compiler);
const { relative, join } = require('node:path');
const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic() {} };
const options = { noEmit: true, composite: false, incremental: false, declaration: false, emitDeclarationOnly: false };
const read = (file) => ts.getParsedCommandLineOfConfigFile(file, options, host);
const parsed = read(join(dir, 'tsconfig.json'));
const projects = [parsed, ...(parsed.projectReferences ?? []).map((one) => read(ts.resolveProjectReferencePath(one)))];
const errors = projects.filter(Boolean).flatMap(({ fileNames, options }) => {
  const program = ts.createProgram(fileNames, { ...options, tsBuildInfoFile: undefined });
  const files = program.getSourceFiles().filter(({ fileName }) => !fileName.includes('/node_modules/'));
  const found = files.flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]);
  return [...program.getGlobalDiagnostics(), ...found].map(({ file, code, messageText }) =>
    (file ? relative(dir, file.fileName) : '') + ': error TS' + code + ': ' + ts.flattenDiagnosticMessageText(messageText, ' '));
});
console.log(JSON.stringify(errors.sort()));
`;

/** Errors in `after` that are not in `before`, each as often as it was added. */
export function newErrors(before: readonly string[], after: readonly string[]): string[] {
  const left = [...before];
  return after.filter((error) => {
    const at = left.indexOf(error);
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
}
