import { recordsIn, textOrNull } from '../../json-values.js';
import type { Database } from '../../store/database.js';
import type { BeadsLine } from './read.js';

/** A link as `type id`, to compare it with those of the last import. */
type Link = string;

export interface LinkChange {
  /** New blockers, parents and relations. */
  readonly added: number;
  /** Ids that are not in the file either, as `type id`. */
  readonly missing: readonly Link[];
  /** Links that were dropped because a stronger link between the same issues exists. */
  readonly crowded: readonly Link[];
  /** To compare with the next import. */
  readonly seen: readonly Link[];
}

/** Blocking links, strongest first. */
const HOLDS = ['blocks', 'conditional-blocks', 'waits-for'];

/** Applies the changes of an issue's links since the last import. */
export function syncLinks(db: Database, line: BeadsLine, before: readonly Link[], now: number): LinkChange {
  const links = linksOf(line);
  const missing: Link[] = [];
  const crowded: Link[] = [];
  let added = 0;
  for (const gone of before.filter((link) => !links.includes(link))) {
    removeLink(db, line.id, gone);
  }
  for (const link of links) {
    const [type, on] = split(link);
    if (db.get('SELECT 1 FROM issues WHERE id = ?', on) === undefined) {
      missing.push(link);
      continue;
    }
    // Links that were removed here stay removed, unless they wait for an issue that is new now.
    const waited = isWaited(db, line.id, on);
    if (before.includes(link) && !waited) {
      continue;
    }
    added += addLink(db, line.id, type, on, now);
    const stronger = db.get<{ type: string }>(
      'SELECT type FROM issue_deps WHERE issue_id = ? AND depends_on_id = ?',
      line.id,
      on,
    );
    if (type !== 'parent-child' && stronger && stronger.type !== type) {
      crowded.push(link);
    }
  }
  const waits = missing.map(split).filter(([type]) => HOLDS.includes(type));
  db.run(
    'UPDATE issues SET waits_for = ?1 WHERE id = ?2 AND waits_for <> ?1',
    JSON.stringify(waits.map(([, on]) => on).sort()),
    line.id,
  );
  return { added, missing, crowded, seen: links.filter((link) => !missing.includes(link)) };
}

function linksOf(line: BeadsLine): Link[] {
  const links = recordsIn(line, 'dependencies').flatMap((link) => {
    const on = textOrNull(link.depends_on_id);
    return on && on !== line.id ? [`${textOrNull(link.type) ?? 'blocks'} ${on}`] : [];
  });
  const rank = (link: Link) => {
    const at = HOLDS.indexOf(split(link)[0]);
    return at < 0 ? HOLDS.length : at;
  };
  return [...new Set(links)].sort((a, b) => rank(a) - rank(b));
}

function split(link: Link): [string, string] {
  const at = link.indexOf(' ');
  return [link.slice(0, at), link.slice(at + 1)];
}

function isWaited(db: Database, id: string, on: string): boolean {
  return (
    db.get('SELECT 1 FROM issues, json_each(waits_for) w WHERE issues.id = ? AND w.value = ?', id, on) !==
    undefined
  );
}

function addLink(db: Database, id: string, type: string, on: string, now: number): number {
  return type === 'parent-child'
    ? db.run('UPDATE issues SET parent_id = ?1 WHERE id = ?2 AND parent_id IS NOT ?1', on, id)
    : db.run(
        'INSERT INTO issue_deps(issue_id, depends_on_id, type, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
        id,
        on,
        type,
        now,
      );
}

function removeLink(db: Database, id: string, link: Link): void {
  const [type, on] = split(link);
  if (type === 'parent-child') {
    db.run('UPDATE issues SET parent_id = NULL WHERE id = ? AND parent_id = ?', id, on);
  } else {
    db.run('DELETE FROM issue_deps WHERE issue_id = ? AND depends_on_id = ? AND type = ?', id, on, type);
  }
}
