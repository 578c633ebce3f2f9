import { Refused } from './refused.js';

/** Maximum memory for the bodies of all requests together, packed and unpacked. */
const MAX_HELD_BYTES = 160 * 1024 * 1024;

/**
 * Limits the memory of all requests of a server together, so that many large ones can't exhaust the machine.
 */
export class Budget {
  #left: number;
  #unpacking: Promise<unknown> = Promise.resolve();

  constructor(bytes: number = MAX_HELD_BYTES) {
    this.#left = bytes;
  }

  get left(): number {
    return this.#left;
  }

  /** Memory of one request. The caller releases it after the response. */
  open(): Reservation {
    return new Reservation(
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

  /** Runs one at a time, because the size of an unpacked body is not known in advance. */
  async runAlone<T>(unpack: () => Promise<T>): Promise<T> {
    const before = this.#unpacking;
    const mine = before.then(unpack);
    this.#unpacking = mine.catch(() => {});
    return mine;
  }
}

export class Reservation {
  readonly #take: (bytes: number) => boolean;
  readonly #give: (bytes: number) => void;
  #bytes = 0;

  constructor(take: (bytes: number) => boolean, give: (bytes: number) => void) {
    this.#take = take;
    this.#give = give;
  }

  /** Throws a 503 if all requests together exceed the limit. Exporters then retry. */
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
