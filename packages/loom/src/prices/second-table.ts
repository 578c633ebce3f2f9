import table from './second-table.json' with { type: 'json' };

/**
 * Prices of models that @pydantic/genai-prices does not know, by provider and id: US dollars per million tokens of input,
 * output, cache reads and cache writes. Made by scripts/price-table.mjs from the models.dev data in
 * @earendil-works/pi-ai (both MIT).
 */
interface SecondTable {
  readonly name: string;
  readonly date: string;
  readonly models: Readonly<Record<string, readonly number[]>>;
}

interface Found {
  readonly id: string;
  readonly prices: Record<string, number>;
}

/** How our names of providers differ from the table's. */
const NAMES: Readonly<Record<string, string>> = { aws: 'amazon-bedrock', 'x-ai': 'xai' };

class Prices {
  readonly #table: SecondTable;
  /** By the id alone: the maker's own entry, else the cheapest is not it, so only one that all agree on. */
  #byId: Map<string, string | null> | undefined;

  constructor(read: SecondTable) {
    this.#table = read;
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

let prices: Prices | undefined;

export function secondTable(): Prices {
  prices ??= new Prices(table as unknown as SecondTable);
  return prices;
}

/** A newer one, as `lm prices update` has written it. */
export function useTable(read: SecondTable): void {
  prices = new Prices(read);
}
