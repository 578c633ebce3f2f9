import type { ViewName, Views } from '../dashboard/contract/views.js';
import type { Asked } from '../dashboard/routes.js';

/** Queries one view, on this machine or on a server. */
export type Ask = <Name extends ViewName>(name: Name, asked?: Asked) => Promise<Views[Name]>;
