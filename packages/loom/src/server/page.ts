import { CHANGE_BYTES, changeOf, viewReply } from '../dashboard/page-answers.js';
import { runView } from '../dashboard/routes.js';
import type { ViewContext } from '../dashboard/views/view.js';
import { Refused } from '../http/refused.js';
import { json, type Route } from '../http/route.js';
import type { Caller } from './gate/caller.js';
import { PAGE_FILES } from './page-files.js';

/** Tells the page's code to listen by a WebSocket. */
const SOCKET = '<meta name="loom-live" content="socket">';

/** Where a person ends what let them in; the page links to it. */
const SIGN_OUT: Partial<Record<Caller['by'], string>> = {
  session: '/sign-out',
  access: '/cdn-cgi/access/logout',
};

/**
 * The page and what it asks for.
 * @param asker gets its caller before a route answers
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
