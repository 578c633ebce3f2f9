import { type AST, RegExpParser } from '@eslint-community/regexpp';

type Next = (at: number) => boolean;
/** Tries to match from an offset, and continues with `next`. */
type Matcher = (at: number, next: Next) => boolean;
type Captures = ([start: number, end: number] | undefined)[];

/**
 * The number of steps that a backtracking matcher needs for all patterns while `work` runs. It is equal on every
 * machine.
 */
export function stepsOf(work: () => void): number {
  const { exec } = RegExp.prototype;
  let steps = 0;
  RegExp.prototype.exec = function (text) {
    const { lastIndex } = this;
    // The counter must not count its own patterns.
    RegExp.prototype.exec = exec;
    try {
      const found = exec.call(this, text);
      const after = this.lastIndex;
      const counted = matcherOf(this)(String(text), this.global || this.sticky ? lastIndex : 0);
      this.lastIndex = after;
      steps += counted.steps;
      // The count is only valid if the matches are the same.
      if (counted.found !== (found && JSON.stringify([found.index, ...found])))
        throw new Error(`${this} was not counted correctly: ${counted.found} for ${JSON.stringify(found)}`);
      return found;
    } finally {
      RegExp.prototype.exec = patched;
    }
  };
  const patched = RegExp.prototype.exec;
  try {
    work();
  } finally {
    RegExp.prototype.exec = exec;
  }
  return steps;
}

type Counted = { steps: number; found: string | null };
const known = new Map<string, (text: string, from: number) => Counted>();

function matcherOf(pattern: RegExp): (text: string, from: number) => Counted {
  const key = String(pattern);
  let matcher = known.get(key);
  if (!matcher) {
    matcher = compile(pattern);
    known.set(key, matcher);
  }
  return matcher;
}

function compile({ source, flags, sticky, ignoreCase, dotAll }: RegExp) {
  const tree = new RegExpParser().parseLiteral(`/${source}/${flags}`).pattern;
  let text = '';
  let steps = 0;
  let captures: Captures = [];
  const groups: AST.CapturingGroup[] = [];
  const numbers = new Map<AST.CapturingGroup, number>();

  const alternatives = (list: readonly AST.Alternative[], back: boolean): Matcher => {
    const ways = list.map(({ elements }) => sequence(elements, back));
    return ways.length === 1 ? (ways[0] as Matcher) : (at, next) => ways.some((way) => way(at, next));
  };

  const sequence = (elements: readonly AST.Element[], back: boolean): Matcher => {
    const parts = elements.map((one) => element(one, back));
    if (back) parts.reverse();
    return parts.reduceRight<Matcher>(
      (rest, part) => (at, next) => part(at, (to) => rest(to, next)),
      (at, next) => next(at),
    );
  };

  /** One character that passes a test. */
  const character =
    (test: (code: number) => boolean, back: boolean): Matcher =>
    (at, next) => {
      steps++;
      const from = back ? at - 1 : at;
      if (from < 0 || from >= text.length || !test(text.charCodeAt(from))) return false;
      return next(back ? from : at + 1);
    };

  const element = (node: AST.Element, back: boolean): Matcher => {
    switch (node.type) {
      case 'Character':
      case 'CharacterSet':
      case 'CharacterClass':
        return character(testOf(node), back);
      case 'Group':
        return alternatives(node.alternatives, back);
      case 'CapturingGroup': {
        const number = groups.push(node);
        numbers.set(node, number);
        const inner = alternatives(node.alternatives, back);
        return (at, next) =>
          inner(at, (to) => {
            const before = captures[number];
            captures[number] = back ? [to, at] : [at, to];
            if (next(to)) return true;
            captures[number] = before;
            return false;
          });
      }
      case 'Backreference': {
        const number = numbers.get(node.resolved as AST.CapturingGroup) as number;
        return (at, next) => {
          const [start, end] = captures[number] ?? [0, 0];
          steps += end - start;
          return text.startsWith(text.slice(start, end), at) && next(at + end - start);
        };
      }
      case 'Assertion':
        return assertion(node);
      case 'Quantifier':
        return quantifier(node, back);
      default:
        throw new Error(`there is no matcher for ${node.type}`);
    }
  };

  const assertion = (node: AST.Assertion): Matcher => {
    if (node.kind === 'start') return (at, next) => at === 0 && next(at);
    if (node.kind === 'end') return (at, next) => at === text.length && next(at);
    if (node.kind !== 'lookahead' && node.kind !== 'lookbehind')
      throw new Error('nobody has written \\b here');
    const inner = alternatives(node.alternatives, node.kind === 'lookbehind');
    return (at, next) => inner(at, () => true) !== node.negate && next(at);
  };

  const quantifier = ({ element: of, min, max, greedy }: AST.Quantifier, back: boolean): Matcher => {
    const one = element(of, back);
    // A loop for a single character, because recursion would overflow the stack.
    if (isOneLong(of))
      return (at, next) => {
        const step = back ? -1 : 1;
        let count = 0;
        const more = () => count < max && one(at + count * step, () => true);
        while (count < min)
          if (more()) count++;
          else return false;
        if (greedy) while (more()) count++;
        for (;;) {
          if (next(at + count * step)) return true;
          if (greedy ? count-- === min : !more()) return false;
          if (!greedy) count++;
        }
      };
    const repeat = (at: number, count: number, next: Next): boolean => {
      const again = () => count < max && one(at, (to) => to !== at && repeat(to, count + 1, next));
      if (count < min) return one(at, (to) => repeat(to, count + 1, next));
      return greedy ? again() || next(at) : next(at) || again();
    };
    return (at, next) => repeat(at, 0, next);
  };

  const testOf = (node: AST.Character | AST.CharacterSet | AST.CharacterClass) => {
    const plain = plainTest(node, dotAll);
    if (!ignoreCase) return plain;
    return (code: number) => {
      const sign = String.fromCharCode(code);
      return [sign.toLowerCase(), sign.toUpperCase(), sign].some((one) => plain(one.charCodeAt(0)));
    };
  };

  const whole = alternatives(tree.alternatives, false);
  return (given: string, from: number): Counted => {
    text = given;
    steps = 0;
    for (let at = from; at <= text.length; at++) {
      captures = [];
      let end = at;
      const done: Next = (to) => {
        end = to;
        return true;
      };
      if (whole(at, done)) {
        const parts = groups.map((_, index) => captures[index + 1]);
        const found = [at, text.slice(at, end), ...parts.map((part) => part && text.slice(...part))];
        return { steps, found: JSON.stringify(found) };
      }
      steps++;
      if (sticky) break;
    }
    return { steps, found: null };
  };
}

function plainTest(
  node: AST.Character | AST.CharacterSet | AST.CharacterClass,
  dotAll: boolean,
): (code: number) => boolean {
  if (node.type === 'Character') return (code) => code === node.value;
  // Character sets are tested by the engine, one character at a time.
  const own = new RegExp(`^${node.raw}$`, dotAll ? 's' : '');
  const table = new Map<number, boolean>();
  return (code) => {
    let is = table.get(code);
    if (is === undefined) {
      is = own.test(String.fromCharCode(code));
      table.set(code, is);
    }
    return is;
  };
}

/** True if each alternative is one character without a capture. */
function isOneLong(node: AST.Element): boolean {
  if (/^Character/.test(node.type)) return true;
  return (
    node.type === 'Group' &&
    node.alternatives.every(
      ({ elements }) =>
        elements.filter((one) => one.type !== 'Assertion').length === 1 &&
        elements.every((one) => one.type === 'Assertion' || isOneLong(one)),
    )
  );
}
