import { EXIT, LoomError } from '../errors.js';
import { type Outcome, table } from '../output.js';
import { readOverrides } from '../prices/overrides.js';
import { installedOn, packageVersion } from '../prices/package-version.js';
import { type Rate, RateBook, type Rates } from '../prices/rates.js';
import { updatePrices } from '../prices/update.js';
import { readSecondTable } from '../prices/updated-table.js';
import { requireLoomDir } from '../store/folder.js';
import { command, withLoomToRead } from './spec.js';

/** `lm prices`: the tables, and prices of the models that were used here. `lm prices <model>`: one model. */
export const prices = command({
  builder: (yargs) =>
    yargs.positional('model', {
      type: 'string',
      describe: 'A model name; or `update`, to fetch newer tables from the npm registry',
    }),
  run: async (args): Promise<Outcome> => {
    const loomDir = requireLoomDir(args.cwd);
    if (args.model === 'update') {
      const updated = await updatePrices(loomDir);
      const text = [
        ...(updated.command ? [`Ran \`${updated.command}\`.`] : []),
        `${updated.table.name}: ${updated.table.models} models. The next \`lm ingest\` adds the missing prices.`,
      ];
      return { data: updated, text: text.join('\n') };
    }
    const models =
      args.model === undefined
        ? await withLoomToRead(args, (db) =>
            db
              .all<{ model: string }>('SELECT DISTINCT model FROM llm_calls ORDER BY model')
              .map((row) => row.model),
          )
        : [args.model];
    const book = new RateBook(packageVersion('@pydantic/genai-prices'), readSecondTable(loomDir));
    const own = readOverrides(loomDir);
    const rows = models.map((model) => priceOf(model, own.has(model) ? own.get(model) : undefined, book));
    if (args.model !== undefined && rows[0]?.source === null) {
      throw new LoomError(
        `No table has a price for ${args.model}.`,
        `Put it into .loom/prices.json: { "${args.model}": { "input": 3, "output": 15 } }, in US dollars per million tokens.`,
        EXIT.notFound,
      );
    }
    const tables = tablesOf(loomDir, own.size);
    const head = ['model', 'input', 'output', 'cache read', 'write 5m', 'write 1h', 'source'];
    const body = rows.map((row) => [
      row.model,
      amount(row.input),
      amount(row.output),
      amount(row.cache_read),
      amount(row.cache_write_5m),
      amount(row.cache_write_1h),
      row.source ?? 'no price',
    ]);
    const about = tables.map(
      ({ name, date, models }) => `${name}${date ? `, ${date}` : ''}${models ? `, ${models} models` : ''}`,
    );
    return {
      data: { models: rows, tables },
      text: `${rows.length > 0 ? `${table(head, body)}\n` : ''}US dollars per million tokens. Tables, in order of precedence: ${about.join('; ')}.`,
    };
  },
});

interface ModelRow {
  readonly model: string;
  readonly input: number | null;
  readonly output: number | null;
  readonly cache_read: number | null;
  readonly cache_write_5m: number | null;
  readonly cache_write_1h: number | null;
  /** Prices of a request whose input is above a limit. */
  readonly long_context: { readonly above: number; readonly input: number } | null;
  readonly source: string | null;
}

function priceOf(
  model: string,
  own: Omit<ModelRow, 'model' | 'source' | 'long_context'> | undefined,
  book: RateBook,
): ModelRow {
  if (own) {
    return { model, ...own, long_context: null, source: 'prices.json' };
  }
  const rates: Rates | undefined = book.find(model, null, Date.now());
  const of = (rate: Rate | undefined) => rate?.base ?? null;
  const tier = rates?.input.tiers[0];
  return {
    model,
    input: of(rates?.input),
    output: of(rates?.output),
    cache_read: of(rates?.cacheRead),
    cache_write_5m: of(rates?.cacheWrite),
    cache_write_1h: of(rates?.cacheWrite1h),
    long_context: tier ? { above: tier.start, input: tier.price } : null,
    source: rates ? `${rates.source}: ${rates.id}` : null,
  };
}

function tablesOf(loomDir: string, own: number) {
  const second = readSecondTable(loomDir);
  const genai = '@pydantic/genai-prices';
  return [
    { name: '.loom/prices.json', date: null, models: own },
    { name: `${genai} ${packageVersion(genai)}`, date: installedOn(genai) ?? null, models: null },
    { name: second.name, date: second.date, models: second.size },
  ];
}

function amount(dollars: number | null): string {
  return dollars === null ? '?' : `$${dollars}`;
}
