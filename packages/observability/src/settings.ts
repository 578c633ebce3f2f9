import { platform } from '#platform';
import { warnOnce } from './warn.js';

/** How much of inputs or outputs is sent: all, the shape without the values, or nothing. */
export type Capture = 'full' | 'summary' | 'off';

/** Scores that every trace gives itself: `success` (BOOLEAN) and `latency` (NUMERIC, seconds). */
export type AutoScore = 'success' | 'latency';

/** A value, or a Secrets Store binding that gives it. */
export type Secret = string | { get(): Promise<string> };

/** Everything is optional; what is left out comes from the environment variable named. */
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
   * LANGFUSE_SAMPLE_RATE: share of traces that is kept, 0 to 1, decided by the trace id; or `cloudflare` to keep
   * exactly the requests that Cloudflare traces. Default 1.
   */
  sampleRate?: number | 'cloudflare';
  /** LANGFUSE_KEEP_ERRORS: send failed traces although sampling dropped them. Default false. */
  keepErrors?: boolean;
  /** LANGFUSE_CAPTURE_INPUT. Default `full`. */
  captureInput?: Capture;
  /** LANGFUSE_CAPTURE_OUTPUT. Default `full`; otherwise the text of a result with `isError` stays here too. */
  captureOutput?: Capture;
  /** Applied to every text that leaves, after the built-in masking; `false` switches the built-in masking off. */
  mask?: false | ((text: string) => string);
  /** LANGFUSE_MASK_EMAILS: mask e-mail addresses too. Default false. */
  maskEmails?: boolean;
  /**
   * LANGFUSE_SCORES, separated by commas. Default none: each score is a request of its own, and the level of a
   * failed trace says the same.
   */
  scores?: readonly AutoScore[];
  /** Characters kept of one input, output or metadata value. Default 65,536. */
  maxValueLength?: number;
  /** Milliseconds that one export may take with all its retries. Default 10,000. */
  timeout?: number;
  /** Told of every export that failed. The console hears of each kind once. */
  onError?: (error: Error) => void;
}

/** The options with the environment read and the defaults filled in. */
export type Settings = Required<Omit<ObservabilityOptions, WithoutDefault | 'enabled' | 'host'>> & {
  [Name in WithoutDefault]?: ObservabilityOptions[Name] | undefined;
};
type WithoutDefault = 'mask' | 'onError' | 'environment' | 'release';

const DEFAULT_BASE_URL = 'https://us.cloud.langfuse.com';

let options: ObservabilityOptions = {};
let cached: { source: unknown[]; settings: Settings | undefined } | undefined;

/** Puts `given` in the place of what was set before. What is undefined is not given. */
export function initSettings(given: ObservabilityOptions): void {
  options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  cached = undefined;
}

/** The settings in force, or undefined when tracing is off. Read again whenever the keys have changed. */
export function currentSettings(): Settings | undefined {
  const publicKey = options.publicKey ?? platform.env('LANGFUSE_PUBLIC_KEY');
  const secretKey = options.secretKey ?? platform.env('LANGFUSE_SECRET_KEY');
  if (!publicKey && !secretKey) return undefined;
  const baseUrl =
    options.baseUrl ||
    options.host ||
    text('BASE_URL') ||
    text('HOST') ||
    text('BASEURL') ||
    DEFAULT_BASE_URL;
  const source = [publicKey, secretKey, baseUrl];
  if (!cached || source.some((value, i) => value !== cached?.source[i])) {
    cached = { source, settings: resolve(publicKey as Secret, secretKey as Secret, baseUrl) };
  }
  return cached.settings;
}

function resolve(publicKey: Secret, secretKey: Secret, baseUrl: string): Settings | undefined {
  if (options.enabled === false || text('TRACING_ENABLED') === 'false') return undefined;
  if (!publicKey || !secretKey) {
    const missing = publicKey ? 'SECRET' : 'PUBLIC';
    warnOnce(`tracing is off: LANGFUSE_${missing}_KEY is missing. Set it beside the other key.`);
    return undefined;
  }
  const rate = text('SAMPLE_RATE') || '1';
  const version = platform.env('CF_VERSION_METADATA') as { id?: string } | undefined;
  return {
    environment: text('TRACING_ENVIRONMENT') || undefined,
    release: text('RELEASE') || version?.id,
    sampleRate: rate === 'cloudflare' ? rate : Number(check('SAMPLE_RATE', rate, Number(rate) >= 0, '1')),
    keepErrors: text('KEEP_ERRORS') === 'true',
    captureInput: capture('CAPTURE_INPUT'),
    captureOutput: capture('CAPTURE_OUTPUT'),
    maskEmails: text('MASK_EMAILS') === 'true',
    scores: text('SCORES').split(',') as AutoScore[],
    maxValueLength: 65_536,
    timeout: 10_000,
    ...options,
    publicKey,
    secretKey,
    baseUrl: baseUrl.replace(/\/+$/, ''),
  };
}

function text(name: string): string {
  const value = platform.env(`LANGFUSE_${name}`);
  return typeof value === 'string' ? value.trim() : '';
}

function capture(name: string): Capture {
  const value = text(name) || 'full';
  return check(name, value, ['full', 'summary', 'off'].includes(value), 'off') as Capture;
}

/** A value that cannot be meant is told, though not shown, for it may be a misplaced key; the `fallback` is taken. */
function check(name: string, value: string, valid: boolean, fallback: string): string {
  if (valid) return value;
  warnOnce(`LANGFUSE_${name} has a value that is not known; ${fallback} is used.`);
  return fallback;
}
