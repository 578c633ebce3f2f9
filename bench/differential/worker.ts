import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { Miniflare, fetch as miniflareFetch, type Request, Response, type WorkerOptions } from 'miniflare';
import type { unstable_getMiniflareWorkerOptions } from 'wrangler';
import type { Checkout } from './checkout.js';
import type { Settings } from './settings.js';
import { STUB_ANSWER } from './stub.js';

type GetOptions = typeof unstable_getMiniflareWorkerOptions;
type ModuleType = 'ESModule' | 'CompiledWasm' | 'Text' | 'Data';

const MODULES: Readonly<Record<string, ModuleType>> = {
  '.js': 'ESModule',
  '.mjs': 'ESModule',
  '.wasm': 'CompiledWasm',
  '.txt': 'Text',
  '.html': 'Text',
  '.sql': 'Text',
  '.md': 'Text',
  '.bin': 'Data',
};

export interface BootedWorker {
  readonly url: string;
  stop(): Promise<void>;
}

export interface Boot {
  readonly outdir: string;
  readonly vars: Readonly<Record<string, string>>;
  /** The only allowed host. */
  readonly receiver: string;
  readonly settings: Settings;
}

/** Starts a bundle in workerd with the project's own bindings and fresh, empty storage. */
export async function boot({ dir, config }: Checkout, given: Boot): Promise<BootedWorker> {
  // Wrangler reads this variable when it is loaded. A warning about a config could quote its values.
  process.env['WRANGLER_LOG'] = 'none';
  const wrangler = (await import('wrangler')) as { unstable_getMiniflareWorkerOptions: GetOptions };
  const { workerOptions } = wrangler.unstable_getMiniflareWorkerOptions(join(dir, config as string));
  const { assets: _assets, ai: _ai, tails: _tails, ...options } = workerOptions as Record<string, unknown>;
  const miniflare = new Miniflare({
    host: '127.0.0.1',
    port: 0,
    cf: false,
    handleRuntimeStdio: (out: Readable, err: Readable) => {
      out.resume();
      err.resume();
    },
    workers: [
      {
        ...options,
        name: 'differential',
        modules: await modulesIn(given.outdir),
        modulesRoot: given.outdir,
        compatibilityDate: notTooNew(String(options['compatibilityDate'] ?? '2025-01-01')),
        compatibilityFlags: [
          ...((options['compatibilityFlags'] as string[]) ?? []),
          ...(given.settings.flags ?? []),
        ],
        serviceBindings: {},
        bindings: { ...(options['bindings'] as object), ...given.vars },
        outboundService: (request: Request) =>
          new URL(request.url).host === given.receiver
            ? miniflareFetch(request)
            : Response.json({ ...STUB_ANSWER, ...given.settings.answer }),
      } as unknown as WorkerOptions,
    ],
  });
  try {
    const url = await miniflare.ready;
    return { url: url.origin, stop: () => miniflare.dispose() };
  } catch (error) {
    await miniflare.dispose();
    throw error;
  }
}

/** The newest date that the workerd of our wrangler knows. */
const NEWEST_DATE = '2026-04-20';

function notTooNew(date: string): string {
  return date > NEWEST_DATE ? NEWEST_DATE : date;
}

async function modulesIn(outdir: string): Promise<{ type: ModuleType; path: string }[]> {
  const files = (await readdir(outdir, { recursive: true })).sort();
  const modules = files.flatMap((file) => {
    const type = MODULES[extname(file)];
    return type ? [{ type, path: join(outdir, file) }] : [];
  });
  // The first is the entry: it has the source's name, and only it has a source map.
  return modules.sort(
    (a, b) =>
      Number(files.includes(`${relativeTo(b.path)}.map`)) -
      Number(files.includes(`${relativeTo(a.path)}.map`)),
  );

  function relativeTo(path: string): string {
    return path.slice(outdir.length + 1);
  }
}
