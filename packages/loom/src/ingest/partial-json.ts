/**
 * Selects parts of a JSON value: all of it, some members of an object, or the same parts of each element of a
 * list. If the value has another type than the shape, all of it is returned.
 */
export type Shape = true | MembersShape | ElementsShape;
type MembersShape = ReadonlyMap<string, Shape>;
interface ElementsShape {
  readonly each: Shape;
}

export function members(shapes: Readonly<Record<string, Shape>>): Shape {
  return new Map(Object.entries(shapes));
}

export function each(shape: Shape): Shape {
  return { each: shape };
}

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const WORD = /[-+.\w]/;
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Like `JSON.parse`, but only for the selected parts. It skips the others, which are most of a transcript.
 * Throws SyntaxError if the text it looks at is not JSON.
 */
export function parsePart(text: string, shape: Shape): unknown {
  const reader = new Reader(text);
  const value = reader.value(shape);
  reader.end();
  return value;
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(shape: Shape): unknown {
    const first = this.#peek();
    if (shape !== true && first === OPEN_OBJECT && shape instanceof Map) {
      return this.#object(shape as MembersShape);
    }
    if (shape !== true && first === OPEN_LIST && 'each' in shape) {
      return this.#list(shape.each);
    }
    const start = this.#at;
    this.#skip(first);
    return JSON.parse(this.#text.slice(start, this.#at));
  }

  end(): void {
    if (!Number.isNaN(this.#peek())) {
      throw this.#unexpected();
    }
  }

  #object(shapes: MembersShape): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    this.#at += 1;
    if (this.#peek() === CLOSE_OBJECT) {
      this.#at += 1;
      return object;
    }
    for (;;) {
      if (this.#peek() !== QUOTE) {
        throw this.#unexpected();
      }
      const start = this.#at;
      this.#skipText();
      const raw = this.#text.slice(start + 1, this.#at - 1);
      const name = raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw;
      const shape = shapes.get(name);
      this.#expect(COLON);
      if (shape === undefined) {
        this.#skip(this.#peek());
      } else {
        object[name] = this.value(shape);
      }
      if (this.#closes(CLOSE_OBJECT)) {
        return object;
      }
    }
  }

  #list(shape: Shape): unknown[] {
    const list: unknown[] = [];
    this.#at += 1;
    if (this.#peek() === CLOSE_LIST) {
      this.#at += 1;
      return list;
    }
    for (;;) {
      list.push(this.value(shape));
      if (this.#closes(CLOSE_LIST)) {
        return list;
      }
    }
  }

  /** After a member or an element: returns whether it was the last. */
  #closes(closing: number): boolean {
    const next = this.#peek();
    this.#at += 1;
    if (next !== closing && next !== COMMA) {
      throw this.#unexpected();
    }
    return next === closing;
  }

  #expect(char: number): void {
    if (this.#peek() !== char) {
      throw this.#unexpected();
    }
    this.#at += 1;
  }

  /** The next character that is not a space; NaN at the end. */
  #peek(): number {
    let char = this.#text.charCodeAt(this.#at);
    while (char === 0x20 || char === 0x09 || char === 0x0a || char === 0x0d) {
      this.#at += 1;
      char = this.#text.charCodeAt(this.#at);
    }
    return char;
  }

  #skip(first: number): void {
    if (first === QUOTE) {
      this.#skipText();
    } else if (first === OPEN_OBJECT || first === OPEN_LIST) {
      this.#skipNested();
    } else {
      this.#skipWord();
    }
  }

  #skipText(): void {
    const text = this.#text;
    let from = this.#at + 1;
    for (;;) {
      const quote = text.indexOf('"', from);
      if (quote === -1) {
        throw this.#unexpected();
      }
      let backslashes = 0;
      while (text.charCodeAt(quote - 1 - backslashes) === BACKSLASH) {
        backslashes += 1;
      }
      if (backslashes % 2 === 0) {
        this.#at = quote + 1;
        return;
      }
      from = quote + 1;
    }
  }

  #skipNested(): void {
    const text = this.#text;
    let depth = 0;
    for (;;) {
      const char = text.charCodeAt(this.#at);
      if (char === QUOTE) {
        this.#skipText();
        continue;
      }
      this.#at += 1;
      if (char === OPEN_OBJECT || char === OPEN_LIST) {
        depth += 1;
      } else if (char === CLOSE_OBJECT || char === CLOSE_LIST) {
        depth -= 1;
        if (depth === 0) {
          return;
        }
      } else if (Number.isNaN(char)) {
        throw this.#unexpected();
      }
    }
  }

  /** A number, true, false or null. */
  #skipWord(): void {
    const start = this.#at;
    while (WORD.test(this.#text.charAt(this.#at))) {
      this.#at += 1;
    }
    if (this.#at === start) {
      throw this.#unexpected();
    }
  }

  #unexpected(): SyntaxError {
    return new SyntaxError(`Unexpected end or character in JSON at position ${this.#at}`);
  }
}
