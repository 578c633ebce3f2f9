import type { ProjectSnapshot } from '../project/snapshot.js';

/** One Worker of a command. */
export interface Member {
  readonly project: ProjectSnapshot;
  /** Its folder, relative to the base, with `/`. */
  readonly dir: string;
}
