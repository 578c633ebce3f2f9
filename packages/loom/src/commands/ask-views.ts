import type { ViewName, Views } from '../dashboard/contract/views.js';
import type { Asked } from '../dashboard/routes.js';

/** Asks one view, wherever it is answered. */
export type Ask = <Name extends ViewName>(name: Name, asked?: Asked) => Promise<Views[Name]>;
