import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { PROOF_SCRIPT } from './config-proof-script.js';
import { Disk } from './disk.js';
import { upwards } from './paths.js';

/** How the project's own Wrangler reads one environment of a config. */
export interface ScopeReading {
  /** undefined for the top level. */
  readonly env: string | undefined;
  /** Whether Wrangler accepts it. */
  readonly valid: boolean;
  /** Names of the settings in its error message, without their values. */
  readonly complaints: readonly string[];
  /** Whether Cloudflare would record traces. */
  readonly traces: boolean;
  /** A hash of each setting's value, without the settings that init changes. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Environment for the child process. */
export interface ProofHost {
  /** Path of the Node to run. */
  readonly node: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface ConfigReading {
  /** Version of the project's Wrangler, such as `4.86.0`. */
  readonly version: string;
  /** Keys of `observability` that this Wrangler supports, if its schema lists them. */
  readonly knownKeys: readonly string[] | undefined;
  readonly scopes: readonly ScopeReading[];
}

/** Milliseconds; loading Wrangler takes one or two seconds on a slow machine. */
const TIMEOUT = 60_000;

/**
 * Reads the config with the Wrangler installed for `configPath`'s folder. A separate process keeps the
 * project's code out of ours. It writes and sends nothing.
 * @returns undefined if no Wrangler is installed, or it does not export its reader
 */
export async function readThroughWrangler(
  configPath: string,
  environments: readonly string[],
  host: ProofHost,
): Promise<ConfigReading | undefined> {
  const wrangler = installed(configPath, new Disk());
  if (wrangler === undefined) return undefined;
  const args = ['-e', PROOF_SCRIPT, wrangler.entry, configPath, JSON.stringify(environments)];
  // This variable would choose another environment.
  const { CLOUDFLARE_ENV: _, ...env } = host.env;
  try {
    const { stdout } = await promisify(execFile)(host.node, args, {
      cwd: dirname(configPath),
      env: { ...env, WRANGLER_SEND_METRICS: 'false', WRANGLER_LOG: 'none' },
      timeout: TIMEOUT,
      maxBuffer: 64 * 1024 * 1024,
    });
    const scopes = JSON.parse(stdout.slice(stdout.lastIndexOf('\u001e') + 1)) as ScopeReading[] | null;
    if (scopes === null) return undefined;
    // JSON has no undefined; the top level comes first.
    return { ...wrangler, scopes: scopes.map((scope) => ({ ...scope, env: scope.env ?? undefined })) };
  } catch {
    return undefined;
  }
}

/**
 * Keys of `observability` in the schema of the Wrangler that the project has installed, without running it.
 * @returns undefined without Wrangler or without a schema
 */
export function knownObservabilityKeys(configPath: string, disk: Disk): readonly string[] | undefined {
  return installed(configPath, disk)?.knownKeys;
}

function installed(
  configPath: string,
  disk: Disk,
): { entry: string; version: string; knownKeys: string[] | undefined } | undefined {
  // Node reads each of these files, and reading a link to a device never ends.
  const manifests = [...upwards(dirname(configPath))].map((folder) => join(folder, 'package.json'));
  if (manifests.some((path) => disk.exists(path) && !disk.isFile(path))) return undefined;
  try {
    const require = createRequire(configPath);
    const manifest = require.resolve('wrangler/package.json');
    const { version } = JSON.parse(disk.text(manifest)) as { version: string };
    return { entry: require.resolve('wrangler'), version, knownKeys: knownKeys(dirname(manifest), disk) };
  } catch {
    return undefined;
  }
}

/** From the JSON schema in each Wrangler package. */
function knownKeys(packageDir: string, disk: Disk): string[] | undefined {
  const schema = JSON.parse(disk.text(join(packageDir, 'config-schema.json'))) as {
    definitions?: Record<string, { properties?: Record<string, unknown> }>;
  };
  const properties = schema.definitions?.Observability?.properties;
  return properties && Object.keys(properties);
}
