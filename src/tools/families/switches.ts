import { namesOfSwitch } from '../dispatch/name-branches.js';
import type { Family } from '../family.js';

/** A `switch` on a tool's name, which lists tools that run through another place. */
export const switches: Family = {
  id: 'switch',
  visit: {
    switch: (node, { constants }) => namesOfSwitch(node, constants).map((switchName) => ({ switchName })),
  },
};
