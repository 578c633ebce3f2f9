import { builtinModules, createRequire } from 'node:module';
import { build, type Plugin } from 'esbuild';
import { Miniflare, type MiniflareOptions } from 'miniflare';

/** Old packages import `path`, which is `node:path` in the Worker's runtime. */
const bareBuiltins: Plugin = {
  name: 'bare-builtins',
  setup({ onResolve, onLoad }) {
    const filter = new RegExp(`^(${builtinModules.filter((name) => /^[a-z_/]+$/.test(name)).join('|')})$`);
    onResolve({ filter }, ({ path }) => ({ path, namespace: 'builtin' }));
    onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({
      contents: `export * from 'node:${path}'; export { default } from 'node:${path}';`,
    }));
  },
};

/** Bundles a Worker like wrangler: for workerd, with `cloudflare:` as external modules. */
export async function bundle(source: string, minify = false): Promise<string> {
  const result = await build({
    stdin: { contents: source, resolveDir: import.meta.dirname, loader: 'ts' },
    bundle: true,
    minify,
    format: 'esm',
    target: 'es2022',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*', 'node:*'],
    plugins: [bareBuiltins],
    write: false,
  });
  return result.outputFiles[0]?.text ?? '';
}

/** The newest workerd, if it is installed. Wrangler's own is from April 2026. */
export function newestWorkerd(): string | undefined {
  try {
    return createRequire(import.meta.url)('workerd-latest').default;
  } catch {
    return process.env['WORKERD_LATEST'];
  }
}

interface Options extends Record<string, unknown> {
  /** Other Workers to run, by their names. */
  beside?: Record<string, { source: string; [option: string]: unknown }>;
  /** A binary instead of wrangler's. */
  workerd?: string | undefined;
}

/** Starts a Worker in real workerd. */
export async function startWorker(source: string, { beside = {}, workerd, ...options }: Options = {}) {
  const define = async (name: string, source: string, options: object) => ({
    name,
    modules: [{ type: 'ESModule', path: `${name}.js`, contents: await bundle(source) }],
    compatibilityDate: '2026-04-01',
    ...options,
  });
  const workers = [await define('main', source, options)];
  for (const [name, { source, ...options }] of Object.entries(beside))
    workers.push(await define(name, source, options));
  // Miniflare reads it when it starts the process.
  if (workerd) process.env['MINIFLARE_WORKERD_PATH'] = workerd;
  let said = '';
  const handleRuntimeStdio = (...streams: NodeJS.ReadableStream[]) => {
    for (const stream of streams) {
      stream.on('data', (data: Buffer) => {
        said += data;
        process.stderr.write(data);
      });
    }
  };
  const miniflare = new Miniflare({ workers, handleRuntimeStdio } as MiniflareOptions);
  await miniflare.ready;
  delete process.env['MINIFLARE_WORKERD_PATH'];
  return {
    miniflare,
    get: async (path = '/') => (await miniflare.dispatchFetch(`http://worker.test${path}`)).text(),
    /** The runtime's output in the console. */
    warnings: () => said.split('\n').filter((line) => line.startsWith('[observability]')),
    close: () => miniflare.dispose(),
  };
}
