import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../json-values.js';
import shipped from './second-table.json' with { type: 'json' };

/** Where `lm prices update` puts a newer one. */
export const UPDATED_TABLE = 'price-table.json';

/**
 * Prices of models that @pydantic/genai-prices does not know, by provider and id: US dollars per million tokens of input,
 * output, cache reads and cache writes. Made by price-table.mjs from the models.dev data in @earendil-works/pi-ai (both
 * MIT).
 */
export interface TableFile {
  readonly name: string;
  /** YYYY-MM-DD. */
  readonly date: string;
  readonly models: Readonly<Record<string, readonly number[]>>;
}

interface Found {
  readonly id: string;
  readonly prices: Record<string, number>;
}

/** How our names of providers differ from the table's. */
const NAMES: Readonly<Record<string, string>> = { aws: 'amazon-bedrock', 'x-ai': 'xai' };

export class SecondTable {
  readonly #table: TableFile;
  /** By the id alone, where all providers agree on the price; null where they do not. */
  #byId: Map<string, string | null> | undefined;

  constructor(table: TableFile) {
    this.#table = table;
  }

  get name(): string {
    return this.#table.name;
  }

  get date(): string {
    return this.#table.date;
  }

  get size(): number {
    return Object.keys(this.#table.models).length;
  }

  find(id: string, provider: string | undefined): Found | undefined {
    const key = provider === undefined ? this.#key(id) : `${NAMES[provider] ?? provider}/${id}`;
    const [input, output, cacheRead, cacheWrite] = (key && this.#table.models[key]) || [];
    return key && input !== undefined && output !== undefined
      ? {
          id: key,
          prices: {
            input_mtok: input,
            output_mtok: output,
            ...(cacheRead ? { cache_read_mtok: cacheRead } : {}),
            ...(cacheWrite ? { cache_write_mtok: cacheWrite } : {}),
          },
        }
      : undefined;
  }

  #key(id: string): string | undefined {
    if (!this.#byId) {
      this.#byId = new Map();
      for (const [key, prices] of Object.entries(this.#table.models)) {
        const name = key.slice(key.indexOf('/') + 1);
        const before = this.#byId.get(name);
        const same = before === undefined || (before && `${this.#table.models[before]}` === `${prices}`);
        this.#byId.set(name, same ? (before ?? key) : null);
      }
    }
    return this.#byId.get(id) ?? undefined;
  }
}

/** The one that `lm prices update` has written, when it is newer than ours. */
export function readSecondTable(loomDir: string): SecondTable {
  const ours = shipped as unknown as TableFile;
  const path = join(loomDir, UPDATED_TABLE);
  if (existsSync(path)) {
    try {
      const read: unknown = JSON.parse(readFileSync(path, 'utf8'));
      if (isRecord(read) && isRecord(read.models) && String(read.date) > ours.date) {
        return new SecondTable(read as unknown as TableFile);
      }
    } catch {
      // It is only a cache: without it ours does.
    }
  }
  return new SecondTable(ours);
}
