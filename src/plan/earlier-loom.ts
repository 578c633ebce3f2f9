import { type Finding, finding } from '../core/findings.js';
import type { ProjectSnapshot } from '../project/snapshot.js';

/** Files in `.loom` that only the earlier Loom has, which was written in Rust. */
const DATABASES = ['work.db', 'memory.db', 'agents.db'];
const OTHERS = ['config.toml', 'dispatch.toml', 'models.toml', 'tasks.jsonl', 'sync-state.json'];

/**
 * The earlier Loom used the same folder. Its files stay unchanged. A finding lists them and shows how to
 * import their contents.
 * @param folder of Loom, relative to the project
 */
export function earlierLoom(project: ProjectSnapshot, folder: string): Finding[] {
  const found = (names: readonly string[]) => names.filter((name) => project.exists(`${folder}/${name}`));
  const databases = found(DATABASES);
  const files = [...databases, ...found(OTHERS)];
  const [first] = files;
  if (first === undefined) return [];
  return [
    finding({
      rule: 'loom/earlier-folder',
      file: `${folder}/${first}`,
      line: 1,
      message: `${folder} also belongs to the earlier Loom, written in Rust (${files.join(', ')}). Its files do not change. Loom adds its own next to them.`,
      fix:
        databases.length > 0
          ? 'Run `npx lm import lm-rust`. It copies issues, sessions, checkpoints and history into .loom/loom.db. The old databases do not change.'
          : 'This clone has none of its databases (work.db, memory.db, agents.db). In a clone that has one, run `npx lm import lm-rust <that folder>`.',
      resolution: 'manual',
    }),
  ];
}
