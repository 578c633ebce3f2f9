import { namesOfSwitch } from '../dispatch/name-branches.js';
import type { Family } from '../family.js';

/** A `switch` on a tool's name. It names tools of a shared site elsewhere. */
export const switches: Family = {
  id: 'switch',
  visit: {
    switch: (node, { constants }) => namesOfSwitch(node, constants).map((switchName) => ({ switchName })),
  },
};
