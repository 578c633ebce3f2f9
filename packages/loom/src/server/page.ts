import { CHANGE_BYTES, changeOf, viewReply } from '../dashboard/page-answers.js';
import { runView } from '../dashboard/routes.js';
import type { ViewContext } from '../dashboard/views/view.js';
import { Refused } from '../http/refused.js';
import { json, type Route } from '../http/route.js';
import type { Caller } from './gate/caller.js';
import { PAGE_FILES } from './page-files.js';

/** The page's code listens on a WebSocket if this tag exists. */
const SOCKET = '<meta name="loom-live" content="socket">';

/** Where the page's sign-out link leads, for each kind of caller. */
const SIGN_OUT: Partial<Record<Caller['by'], string>> = {
  session: '/sign-out',
  access: '/cdn-cgi/access/logout',
};

/**
 * Routes of the page and its views.
 * @param asker receives the caller before a route responds
 */
export function pageRoutes(
  context: ViewContext,
  hasSocket: boolean,
  asker: { readonly caller?: Caller | undefined },
): Route[] {
  const page = { method: 'GET', access: 'page', maxBytes: 0 } as const;
  return [
    ...Object.entries(PAGE_FILES).map(([path, { type, text }]): Route => {
      if (path !== '/index.html') {
        return { ...page, path, answer: () => ({ status: 200, type, body: text }) };
      }
      const head = () => `${hasSocket ? SOCKET : ''}${signOutTag(asker.caller)}</head>`;
      return {
        ...page,
        path: '/',
        answer: () => ({ status: 200, type, body: text.replace('</head>', head()) }),
      };
    }),
    {
      ...page,
      path: '/view/access',
      answer: ({ url }) => {
        if (asker.caller?.by === 'read') {
          throw new Refused(403, 'A read key does not show who has keys. Open the page.');
        }
        return viewReply(context, url);
      },
    },
    { ...page, path: '/view/*', answer: ({ url }) => viewReply(context, url) },
    {
      ...page,
      method: 'POST',
      path: '/change/saved-views',
      maxBytes: CHANGE_BYTES,
      answer: async (asked) => {
        await context.home.changeSavedViews(await changeOf(asked));
        return json(200, await runView(context, 'saved-views'));
      },
    },
  ];
}

function signOutTag(caller: Caller | undefined): string {
  const path = caller && SIGN_OUT[caller.by];
  return path === undefined ? '' : `<meta name="loom-sign-out" content="${path}">`;
}
