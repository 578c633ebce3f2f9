/** True if version `a`, such as 4.86.0, comes before `b`. A part after a dash is ignored. */
export function isOlder(a: string, b: string): boolean {
  const [left, right] = [numbers(a), numbers(b)];
  for (const [index, wanted] of right.entries()) {
    const found = left[index] ?? 0;
    if (found !== wanted) return found < wanted;
  }
  return false;
}

function numbers(version: string): number[] {
  return (version.replace(/^v/, '').split('-')[0] ?? '').split('.').map(Number);
}
