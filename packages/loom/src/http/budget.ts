import { Refused } from './refused.js';

/** Bodies that are held in memory at once, packed and unpacked, by all requests together. */
const MAX_HELD_BYTES = 160 * 1024 * 1024;

/** Bounds what all requests of a server hold at once, so that many large ones can't exhaust the machine. */
export class Budget {
  #left: number;
  #unpacking: Promise<unknown> = Promise.resolve();

  constructor(bytes: number = MAX_HELD_BYTES) {
    this.#left = bytes;
  }

  get left(): number {
    return this.#left;
  }

  /** Memory of one request. The caller releases it after the answer. */
  open(): Held {
    return new Held(
      (bytes) => {
        if (bytes > this.#left) {
          return false;
        }
        this.#left -= bytes;
        return true;
      },
      (bytes) => {
        this.#left += bytes;
      },
    );
  }

  /** Runs one at a time: how much an unpacked body holds is known only afterwards. */
  async alone<T>(unpack: () => Promise<T>): Promise<T> {
    const before = this.#unpacking;
    const mine = before.then(unpack);
    this.#unpacking = mine.catch(() => {});
    return mine;
  }
}

export class Held {
  readonly #take: (bytes: number) => boolean;
  readonly #give: (bytes: number) => void;
  #bytes = 0;

  constructor(take: (bytes: number) => boolean, give: (bytes: number) => void) {
    this.#take = take;
    this.#give = give;
  }

  /** Throws a 503 when all requests together hold too much; exporters then try again. */
  take(bytes: number): void {
    if (!this.#take(bytes)) {
      throw busy();
    }
    this.#bytes += bytes;
  }

  release(): void {
    this.#give(this.#bytes);
    this.#bytes = 0;
  }
}

export function busy(): Refused {
  return new Refused(503, 'Too many large bodies at once. Try again.', { 'retry-after': '1' });
}
