// Writes synthetic Claude Code transcripts: `sessions` files of `calls` calls each, with two rows for each call, a tool
// call for every second one, and a prompt for every eighth. Ids are as long as real ones, because they are the largest
// part of a database of calls. With `talk`, transcripts also contain other rows of Claude Code: outputs of tools, twice
// in each row, the progress of commands, and longer answers.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MODELS = ['claude-sonnet-4-5-20250929', 'claude-opus-4-1-20250805', 'claude-haiku-4-5-20251001'];
const DAY_MS = 86_400_000;

const digest = (name) => createHash('sha256').update(name).digest();
/** Such as `msg_01XFDUDYJgAACzvnptVvoYEL`. */
const id = (prefix, name) =>
  `${prefix}_01${digest(name).toString('base64url').replace(/[-_]/g, 'x').slice(0, 22)}`;
const uuid = (name) =>
  digest(name)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');

/** Code in the output of a tool: line breaks, quotes, indentation. */
const CODE = Array.from(
  { length: 400 },
  (_, n) => `  const value${n} = read("input-${n}.json", { encoding: "utf8" });\n`,
).join('');
const codeOf = (seed, length) => CODE.slice((seed * 67) % 4000, ((seed * 67) % 4000) + length);

export function writeTranscripts(configDir, cwd, sessions, calls, now, { talk = false } = {}) {
  const dir = join(configDir, 'projects', 'bench');
  mkdirSync(dir, { recursive: true });
  for (let s = 0; s < sessions; s += 1) {
    // The sessions are spread evenly over sixty days.
    const start = now - 60 * DAY_MS + Math.floor((s / sessions) * 59 * DAY_MS);
    const rows = [];
    const base = {
      sessionId: uuid(`s-${s}`),
      cwd,
      gitBranch: s % 3 === 0 ? 'main' : `feat/${s % 40}`,
      isSidechain: false,
    };
    for (let c = 0; c < calls; c += 1) {
      const at = (seconds) => new Date(start + c * 20_000 + seconds * 1000).toISOString();
      if (c % 8 === 0) {
        rows.push({
          ...base,
          type: 'user',
          uuid: uuid(`u-${s}-${c}`),
          promptId: uuid(`u-${s}-${c}`),
          timestamp: at(0),
          message: { role: 'user', content: 'go on' },
        });
      }
      const tool =
        c % 2 === 0
          ? [
              {
                type: 'tool_use',
                id: id('toolu', `${s}-${c}`),
                name: 'Edit',
                input: { file_path: join(cwd, `src/${c % 50}.ts`) },
              },
            ]
          : [];
      for (const output of [1, 200 + (c % 300)]) {
        rows.push({
          ...base,
          type: 'assistant',
          uuid: uuid(`a-${s}-${c}-${output}`),
          requestId: id('req', `${s}-${c}`),
          timestamp: at(output === 1 ? 1 : 4),
          message: {
            id: id('msg', `${s}-${c}`),
            role: 'assistant',
            model: MODELS[s % MODELS.length],
            content: output === 1 ? tool : [{ type: 'text', text: talk ? codeOf(c, 1500) : 'x'.repeat(400) }],
            usage: {
              input_tokens: 12,
              output_tokens: output,
              cache_read_input_tokens: 40_000 + c,
              cache_creation_input_tokens: 900,
              cache_creation: { ephemeral_5m_input_tokens: 600, ephemeral_1h_input_tokens: 300 },
            },
          },
        });
      }
      if (tool.length > 0) {
        const stdout = talk ? codeOf(c, 2000 + ((c * 997) % 10_000)) : 'ok';
        rows.push({
          ...base,
          type: 'user',
          uuid: uuid(`r-${s}-${c}`),
          timestamp: at(5),
          message: {
            role: 'user',
            content: [{ type: 'tool_result', tool_use_id: id('toolu', `${s}-${c}`), content: stdout }],
          },
          ...(talk ? { toolUseResult: { stdout, stderr: '', interrupted: false, isImage: false } } : {}),
        });
      }
      if (talk) {
        rows.push({
          ...base,
          type: 'progress',
          uuid: uuid(`p-${s}-${c}`),
          timestamp: at(3),
          data: { type: 'bash_progress', output: codeOf(c, 400), fullOutput: codeOf(c, 400), totalLines: 9 },
        });
      }
    }
    writeFileSync(join(dir, `bench-${s}.jsonl`), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  }
}
