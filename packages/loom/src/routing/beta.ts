/** The distribution functions that routing needs, in closed form. */

/** The bounds of the central interval with this `share` of a Beta(a, b). */
export function betaInterval(a: number, b: number, share: number): readonly [number, number] {
  const tail = (1 - share) / 2;
  return [betaQuantile(tail, a, b), betaQuantile(1 - tail, a, b)];
}

export function betaQuantile(p: number, a: number, b: number): number {
  let [low, high] = [0, 1];
  for (let n = 0; n < 50; n += 1) {
    const middle = (low + high) / 2;
    if (betaCdf(middle, a, b) < p) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return (low + high) / 2;
}

/** The regularised incomplete beta function (DLMF 8.17.22, by Lentz's method). */
export function betaCdf(x: number, a: number, b: number): number {
  if (x <= 0 || x >= 1) {
    return x <= 0 ? 0 : 1;
  }
  // The fraction converges quickly below the mean. Above it, the other tail is computed.
  if (x > (a + 1) / (a + b + 2)) {
    return 1 - betaCdf(1 - x, b, a);
  }
  const front =
    Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  const tiny = 1e-300;
  const kept = (value: number) => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / kept(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= 200; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / kept(1 + even * d);
    c = kept(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / kept(1 + odd * d);
    c = kept(1 + odd / c);
    const step = d * c;
    fraction *= step;
    if (Math.abs(step - 1) < 1e-12) {
      break;
    }
  }
  return front * fraction;
}

/** Lanczos, g = 7, nine terms: relative error below 1e-14. */
const LANCZOS = [
  0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406,
  12.507343278686905, -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
];

function logGamma(x: number): number {
  if (x < 0.5) {
    return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  }
  const z = x - 1;
  const t = z + 7.5;
  const sum = LANCZOS.reduce((total, term, at) => (at === 0 ? term : total + term / (z + at)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}
