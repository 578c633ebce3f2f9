/**
 * The globs of a pnpm-workspace.yaml. Only this list of strings is read, in both YAML notations, so no YAML
 * parser is needed.
 */
export function pnpmWorkspacePatterns(text: string): string[] {
  const lines = text.split(/\r?\n/);
  const start = lines.findIndex((line) => /^["']?packages["']?\s*:/.test(line));
  if (start === -1) return [];
  const inline = /:\s*\[(.*)/.exec(lines.slice(start).join(' '));
  if (inline && /:\s*\[/.test(lines[start] ?? '')) {
    return (inline[1]?.split(']')[0] ?? '').split(',').flatMap(scalar);
  }
  const patterns: string[] = [];
  for (const line of lines.slice(start + 1)) {
    const item = /^-\s(.*)$/.exec(line.trimStart());
    if (item) patterns.push(...scalar(item[1] ?? ''));
    else if (/^\s*(?:#.*)?$/.test(line)) continue;
    else break;
  }
  return patterns;
}

function scalar(text: string): string[] {
  const quoted = /^\s*(["'])(.*?)\1/.exec(text);
  const value = quoted ? quoted[2] : (text.split(/\s#/)[0] ?? '').trim();
  return value ? [value] : [];
}
