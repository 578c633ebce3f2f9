import { LoomError } from '../errors.js';

/**
 * Bytes in one parameter. D1 accepts 2 MB (developers.cloudflare.com/d1/platform/limits); less keeps each
 * response fast.
 */
const GROUP_BYTES = 500_000;
/** Maximum bytes of one value as sent. */
const VALUE_BYTES = 1_990_000;

export interface Group<Item> {
  readonly items: readonly Item[];
  /** A JSON array of them. */
  readonly text: string;
}

export interface TooLarge<Item> {
  readonly item: Item;
  readonly bytes: number;
}

/** Items in order, as JSON arrays below the limit. An item that is too large is skipped and reported. */
export function* groups<Item>(
  items: Iterable<Item>,
  as: (item: Item) => unknown,
  onTooLarge: (large: TooLarge<Item>) => void,
): Generator<Group<Item>> {
  let held: Item[] = [];
  let texts: string[] = [];
  let bytes = 2;
  const group = () => ({ items: held, text: `[${texts.join(',')}]` });
  for (const item of items) {
    const text = JSON.stringify(as(item));
    const size = Buffer.byteLength(text) + 1;
    if (size > VALUE_BYTES) {
      onTooLarge({ item, bytes: size });
      continue;
    }
    if (held.length > 0 && bytes + size > GROUP_BYTES) {
      yield group();
      held = [];
      texts = [];
      bytes = 2;
    }
    held.push(item);
    texts.push(text);
    bytes += size;
  }
  if (held.length > 0) {
    yield group();
  }
}

/** Sends a group. If D1 rejects it as too large, sends its halves, until a single item is reported. */
export async function sendHalved<Item>(
  items: readonly Item[],
  send: (items: readonly Item[]) => Promise<void>,
  onTooLarge: (item: Item) => void,
): Promise<void> {
  try {
    await send(items);
  } catch (error) {
    if (!(error instanceof LoomError) || !/TOOBIG|too big|too long/i.test(error.message)) {
      throw error;
    }
    const [only, ...others] = items;
    if (only !== undefined && others.length === 0) {
      onTooLarge(only);
      return;
    }
    const middle = Math.ceil(items.length / 2);
    await sendHalved(items.slice(0, middle), send, onTooLarge);
    await sendHalved(items.slice(middle), send, onTooLarge);
  }
}
