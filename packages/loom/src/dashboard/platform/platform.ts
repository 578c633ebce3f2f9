import type { Database } from '../../store/database.js';
import type { PlatformView } from '../contract/platform.js';
import { askCloudflare, type CloudflareAccess } from './cloudflare.js';
import { factsOf } from './facts.js';
import { savedSpans, saveSpans } from './saved.js';
import type { PlatformRecord } from './span.js';
import { type WorkerConfig, WorkerConfigs } from './worker-config.js';
import { askWranglerDev } from './wrangler-dev.js';

export interface PlatformOptions {
  /** A writable connection, because platform spans are stored. */
  readonly db: Database;
  /** Address of `wrangler dev` on this machine. */
  readonly wranglerUrl: string;
  readonly cloudflare: CloudflareAccess | undefined;
  /** The project's folder. */
  readonly root: string;
}

/** Finds the platform's own spans of a trace in a source that still has them. */
export class Platform {
  readonly #options: PlatformOptions;
  readonly #configs: WorkerConfigs;

  constructor(options: PlatformOptions) {
    this.#options = options;
    this.#configs = new WorkerConfigs(options.root);
  }

  async view(traceId: string): Promise<PlatformView> {
    const { db } = this.#options;
    const known = db.get<{ started_us: number }>('SELECT started_us FROM traces WHERE id = ?', traceId);
    const [found, configs] = await Promise.all([
      this.#find(traceId, (known?.started_us ?? 0) / 1000),
      this.#configs.read(),
    ]);
    const config = configOf(configs, found.spans);
    return {
      note: found.note,
      source: found.source,
      production: config ? productionOf(config) : null,
      spans: shown(found.spans, config),
    };
  }

  /**
   * Asks `wrangler dev` first, because it has the newest. Then stored spans, for those that `wrangler dev`
   * has forgotten, and Cloudflare.
   */
  async #find(traceId: string, startedAt: number): Promise<Found> {
    const { db, wranglerUrl, cloudflare } = this.#options;
    const answer = await askWranglerDev(wranglerUrl, traceId);
    const dev = hasSpans(answer) ? answer : await this.#askOtherPorts(traceId);
    if (hasSpans(dev)) {
      saveSpans(db, dev);
      return { source: 'wrangler dev', spans: savedSpans(db, traceId), note: null };
    }
    const saved = savedSpans(db, traceId);
    if (saved.length > 0) {
      return { source: 'saved', spans: saved, note: null };
    }
    const told = cloudflare ? await askCloudflare(cloudflare, traceId, startedAt) : [];
    if (typeof told === 'string') {
      return { source: null, spans: [], note: told };
    }
    if (told.length > 0) {
      saveSpans(db, told);
      return { source: 'cloudflare', spans: savedSpans(db, traceId), note: null };
    }
    return { source: null, spans: [], note: whyNone(answer, wranglerUrl, cloudflare !== undefined) };
  }

  /** Workers whose config has its own port (`dev.port`). */
  async #askOtherPorts(traceId: string): Promise<DevAnswer | undefined> {
    const configs = await this.#configs.read();
    const urls = configs.flatMap(({ port }) => (port === null ? [] : [`http://127.0.0.1:${port}`]));
    for (const url of new Set(urls)) {
      const answer = url === this.#options.wranglerUrl ? undefined : await askWranglerDev(url, traceId);
      if (hasSpans(answer)) {
        return answer;
      }
    }
    return undefined;
  }
}

type DevAnswer = Awaited<ReturnType<typeof askWranglerDev>>;

function hasSpans(answer: DevAnswer | undefined): answer is Exclude<DevAnswer, string> {
  return Array.isArray(answer) && answer.length > 0;
}

interface Found {
  readonly source: PlatformView['source'];
  readonly spans: readonly PlatformRecord[];
  readonly note: string | null;
}

function whyNone(answer: unknown, wranglerUrl: string, askedCloudflare: boolean): string {
  const cloudflare = askedCloudflare
    ? 'Cloudflare has no spans of it either.'
    : 'For a deployed Worker, set CLOUDFLARE_ACCOUNT_ID and CLOUDFLARE_API_TOKEN and start `lm dashboard` again.';
  if (answer === 'no answer') {
    return `\`wrangler dev\` does not respond at ${wranglerUrl}; --wrangler sets another address. ${cloudflare}`;
  }
  if (answer === 'no store') {
    return `The wrangler at ${wranglerUrl} stores no spans; update it to 4.118 or newer. ${cloudflare}`;
  }
  return `\`wrangler dev\` at ${wranglerUrl} has no spans of this trace; it may have been restarted. ${cloudflare}`;
}

/**
 * The config of the spans' Worker and environment. If no name matches and there is only one Worker, its top
 * level.
 */
function configOf(
  configs: readonly WorkerConfig[],
  spans: readonly PlatformRecord[],
): WorkerConfig | undefined {
  const services = new Set(spans.map((span) => span.service));
  const workers = configs.filter(({ environment }) => environment === null);
  return (
    configs.find((config) => services.has(config.name)) ?? (workers.length === 1 ? workers[0] : undefined)
  );
}

/** `wrangler dev` records independently of the config; a deployed Worker follows the config. */
function productionOf({ path, environment, traces: { enabled, sampling } }: WorkerConfig): string {
  const [who, where] =
    environment === null
      ? ['Production', path]
      : [`The environment "${environment}"`, `env.${environment} of ${path}`];
  if (!enabled) {
    return `${who} will not record these: observability.traces is not enabled in ${where}. Run \`npx --no-install create-something-observe init\`.`;
  }
  return sampling === 1
    ? `${who} records these for every request (${where}).`
    : `${who} records these for ${Math.round(sampling * 1000) / 10} % of requests (${where}).`;
}

function shown(spans: readonly PlatformRecord[], config: WorkerConfig | undefined): PlatformView['spans'] {
  const family = new Map<string, PlatformRecord[]>();
  for (const span of spans) {
    if (span.parentId !== null) {
      family.set(span.parentId, [...(family.get(span.parentId) ?? []), span]);
    }
  }
  return spans.map((span) => ({
    id: span.id,
    parentId: span.parentId,
    service: span.service,
    name: span.name,
    kind: span.kind,
    startedAt: span.startedUs / 1000,
    durationMs: span.durationUs === null ? null : span.durationUs / 1000,
    outcome: span.outcome,
    error: span.error,
    facts: factsOf(span, family, config),
    attributes: span.attributes,
  }));
}
