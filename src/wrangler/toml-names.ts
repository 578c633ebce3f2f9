import type { TomlContent, TomlKey, TomlKeyValue, TomlProgram } from './toml-index.js';

/** Wrangler's own settings are five names deep at most. */
const DEEPEST = 50;

/** A key that the parser must not read, and the reason. */
export interface BadName {
  /** Offset of the name. */
  readonly at: number;
  readonly why: string;
}

/**
 * Finds a name that every object has, such as `__proto__`: the parser would put the value on the prototype of
 * all objects of this process. Also finds a key that is too deep to be hand-written.
 */
export function findBadName(program: TomlProgram): BadName | undefined {
  for (const key of keysOf(program)) {
    if (key.keys.length > DEEPEST) return { at: key.range[0], why: `a name of ${key.keys.length} parts` };
    for (const part of key.keys) {
      const name = part.type === 'TOMLBare' ? part.name : part.value;
      if (name in Object.prototype) return { at: part.range[0], why: `the name ${name}` };
    }
  }
  return undefined;
}

function* keysOf(program: TomlProgram): Generator<TomlKey> {
  for (const item of program.body[0].body) {
    if (item.type === 'TOMLKeyValue') yield* keysIn(item);
    else {
      yield item.key;
      for (const keyValue of item.body) yield* keysIn(keyValue);
    }
  }
}

function* keysIn({ key, value }: TomlKeyValue): Generator<TomlKey> {
  yield key;
  yield* keysWithin(value);
}

function* keysWithin(value: TomlContent): Generator<TomlKey> {
  if (value.type === 'TOMLInlineTable') for (const inner of value.body) yield* keysIn(inner);
  if (value.type === 'TOMLArray') for (const element of value.elements) yield* keysWithin(element);
}
