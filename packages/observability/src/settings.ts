import { platform } from '#platform';
import type { Traceparent } from './context.js';
import type { MaskLevel } from './mask/level.js';
import type { BeforeSend } from './observation.js';
import type { Secret } from './secret.js';
import { collector } from './targets/conventions.js';
import { langfuse } from './targets/langfuse.js';
import type { Fetcher, Target } from './targets/target.js';
import { warnOnce } from './warn.js';

/** The part of inputs or outputs that is sent: everything, the shape without the values, or nothing. */
export type Capture = 'full' | 'summary' | 'off';

/** Automatic scores of every trace: `success` (BOOLEAN) and `latency` (NUMERIC, seconds). */
export type AutoScore = 'success' | 'latency';

/** All options are optional. A missing one comes from its environment variable. */
export interface ObservabilityOptions {
  /** LANGFUSE_PUBLIC_KEY. Without keys tracing is off. */
  publicKey?: Secret;
  /** LANGFUSE_SECRET_KEY. */
  secretKey?: Secret;
  /** LANGFUSE_BASE_URL or LANGFUSE_HOST. Default https://us.cloud.langfuse.com. */
  baseUrl?: string;
  /** Another name of `baseUrl`. */
  host?: string;
  /** LANGFUSE_TRACING_ENABLED; `false` switches tracing off. */
  enabled?: boolean;
  /** LANGFUSE_TRACING_ENVIRONMENT, such as `production`. */
  environment?: string;
  /** LANGFUSE_RELEASE. Default: the id of the CF_VERSION_METADATA binding. */
  release?: string;
  /**
   * LANGFUSE_SAMPLE_RATE: share of traces to keep, 0 to 1, decided by the trace id; or `cloudflare` to keep
   * exactly the requests that Cloudflare traces. Default 1.
   */
  sampleRate?: number | 'cloudflare';
  /** LANGFUSE_KEEP_ERRORS: send failed traces although sampling dropped them. Default false. */
  keepErrors?: boolean;
  /** LANGFUSE_CAPTURE_INPUT. Default `full`. */
  captureInput?: Capture;
  /**
   * LANGFUSE_CAPTURE_OUTPUT. Default `full`; other values also leave out the text of a result with `isError`.
   */
  captureOutput?: Capture;
  /**
   * LANGFUSE_TRACEPARENT: whose `traceparent` is continued. `on`: the one in `_meta`, else the one in the header of
   * the HTTP request. `meta`: only the first. `off`: none. Default `on`.
   */
  traceparent?: Traceparent;
  /**
   * LANGFUSE_MCP_METHODS, separated by commas: methods that an observed server records when no handler starts
   * a trace. A name after `!` is left out: `!ping,!tools/list` records all the others. Default `!ping`.
   */
  methods?: readonly string[];
  /**
   * OTEL_EXPORTER_OTLP_ENDPOINT: a collector that also gets every span. Without Langfuse keys, only the
   * collector gets them. `/v1/traces` is added; OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is used unchanged.
   */
  otlpEndpoint?: string;
  /** OTEL_EXPORTER_OTLP_HEADERS: `name=value`, separated by commas, with percent-encoded values. */
  otlpHeaders?: string;
  /** Applied to every text that leaves, after the built-in masking; `false` switches the built-in masking off. */
  mask?: false | ((text: string) => string);
  /** LANGFUSE_MASK. Default `standard`. */
  maskLevel?: MaskLevel;
  /**
   * Gets each masked observation before it is sent, and may change or drop it. It may take a second; if it is
   * slower or throws, that observation is not sent. Spans that Cloudflare records are not affected.
   */
  beforeSend?: BeforeSend;
  /** LANGFUSE_MASK_EMAILS: mask e-mail addresses too. Default false. */
  maskEmails?: boolean;
  /**
   * LANGFUSE_SCORES, separated by commas. Default none, because each score is a separate request, and the
   * level of a failed trace shows the same.
   */
  scores?: readonly AutoScore[];
  /** The largest number of characters in one input, output or metadata value. Default 65,536. */
  maxValueLength?: number;
  /** Time limit of one export with all its retries, in milliseconds. Default 10,000. */
  timeout?: number;
  /** Called for every export that failed. The console gets each kind once. */
  onError?: (error: Error) => void;
}

/** The options with the environment read and the defaults filled in. */
export type Settings = Required<Omit<ObservabilityOptions, WithoutDefault | Resolved>> & {
  [Name in WithoutDefault]?: ObservabilityOptions[Name] | undefined;
} & { baseUrl: string; targets: readonly Target[] };
type WithoutDefault = 'mask' | 'beforeSend' | 'onError' | 'environment' | 'release';
type Resolved = 'enabled' | 'host' | 'baseUrl' | 'publicKey' | 'secretKey' | 'otlpEndpoint' | 'otlpHeaders';

const OTLP = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const DEFAULT_BASE_URL = 'https://us.cloud.langfuse.com';

let options: ObservabilityOptions = {};
let cached: { source: unknown[]; settings: Settings | undefined } | undefined;

/** Replaces earlier options with `given`. Undefined values are dropped. */
export function initSettings(given: ObservabilityOptions): void {
  options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  cached = undefined;
}

/**
 * The current settings, or undefined if tracing is off. They are read again when a setting of a target
 * changes.
 */
export function currentSettings(): Settings | undefined {
  const publicKey = options.publicKey ?? platform.env('LANGFUSE_PUBLIC_KEY');
  const secretKey = options.secretKey ?? platform.env('LANGFUSE_SECRET_KEY');
  const endpoint = options.otlpEndpoint ?? (variable('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT') || variable(OTLP));
  const server = platform.env('OBSERVE_SERVER') as Fetcher | undefined;
  if (!publicKey && !secretKey && !endpoint && !server) return undefined;
  const baseUrl =
    options.baseUrl ||
    options.host ||
    text('BASE_URL') ||
    text('HOST') ||
    text('BASEURL') ||
    DEFAULT_BASE_URL;
  const source = [publicKey, secretKey, baseUrl, endpoint, !server];
  if (!cached || source.some((value, i) => value !== cached?.source[i])) {
    cached = {
      source,
      settings: resolve(publicKey as Secret, secretKey as Secret, baseUrl, endpoint, server),
    };
  }
  return cached.settings;
}

function resolve(
  publicKey: Secret | undefined,
  secretKey: Secret | undefined,
  address: string,
  endpoint: string,
  server: Fetcher | undefined,
): Settings | undefined {
  if (options.enabled === false || text('TRACING_ENABLED') === 'false') return undefined;
  const baseUrl = address.replace(/\/+$/, '');
  const targets: Target[] = [];
  if (publicKey && secretKey) targets.push(langfuse(baseUrl, publicKey, secretKey));
  else if (publicKey || secretKey) {
    const missing = publicKey ? 'SECRET' : 'PUBLIC';
    warnOnce(`tracing is off: LANGFUSE_${missing}_KEY is missing. Set it next to the other key.`);
  }
  // A team's server in the same account. Keys take precedence, because local runs have them.
  else if (server?.fetch) targets.push(langfuse('https://server', undefined, undefined, server));
  if (endpoint) {
    const isWhole = !options.otlpEndpoint && variable('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT');
    const url = isWhole ? endpoint : `${endpoint.replace(/\/+$/, '')}/v1/traces`;
    const given = options.otlpHeaders ?? variable('OTEL_EXPORTER_OTLP_HEADERS');
    const pairs = given.split(',').map((pair) => pair.split(/=(.*)/s, 2).map((part) => decode(part.trim())));
    const headers = Object.fromEntries(pairs.filter(([name, value]) => name && value)) as Record<
      string,
      string
    >;
    targets.push(collector(url, headers, variable('OTEL_SERVICE_NAME')));
  }
  if (!targets.length) return undefined;
  const rate = text('SAMPLE_RATE') || '1';
  const version = platform.env('CF_VERSION_METADATA') as { id?: string } | undefined;
  return {
    environment: text('TRACING_ENVIRONMENT') || undefined,
    release: text('RELEASE') || version?.id,
    sampleRate: rate === 'cloudflare' ? rate : Number(check('SAMPLE_RATE', rate, Number(rate) >= 0, '1')),
    keepErrors: text('KEEP_ERRORS') === 'true',
    captureInput: capture('CAPTURE_INPUT'),
    captureOutput: capture('CAPTURE_OUTPUT'),
    maskLevel: oneOf('MASK', ['standard', 'off', 'strict']) as MaskLevel,
    maskEmails: text('MASK_EMAILS') === 'true',
    scores: list('SCORES') as AutoScore[],
    traceparent: oneOf('TRACEPARENT', ['on', 'meta', 'off']) as Traceparent,
    methods: list('MCP_METHODS'),
    maxValueLength: 65_536,
    timeout: 10_000,
    ...options,
    baseUrl,
    targets,
  };
}

function variable(name: string): string {
  const value = platform.env(name);
  return typeof value === 'string' ? value.trim() : '';
}

function text(name: string): string {
  return variable(`LANGFUSE_${name}`);
}

function list(name: string): string[] {
  return text(name)
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function capture(name: string): Capture {
  return oneOf(name, ['full', 'summary', 'off']) as Capture;
}

/** The first value is the default. An invalid setting becomes the last value, which sends the least. */
function oneOf(name: string, values: string[]): string {
  const value = text(name) || (values[0] as string);
  return check(name, value, values.includes(value), values.at(-1) as string);
}

/** An invalid value is reported, but not shown, because it may be a misplaced key; the `fallback` is used. */
function check(name: string, value: string, valid: boolean, fallback: string): string {
  if (valid) return value;
  warnOnce(`LANGFUSE_${name} has an unknown value; ${fallback} is used.`);
  return fallback;
}
