import shipped from './second-table.json' with { type: 'json' };

/**
 * Prices of models that @pydantic/genai-prices lacks, by provider and id: US dollars per million tokens of
 * input, output, cache reads and cache writes. price-table.mjs creates it from the models.dev data in
 * @earendil-works/pi-ai (both MIT).
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

/** The table's names of providers, if they differ from ours. */
const NAMES: Readonly<Record<string, string>> = { aws: 'amazon-bedrock', 'x-ai': 'xai' };

export class SecondTable {
  readonly #table: TableFile;
  /** By id, if all providers have the same price; otherwise null. */
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

/** The table in this release. */
export const SHIPPED = shipped as unknown as TableFile;
