import { CHANGE_BYTES, changeOf, viewReply } from '../dashboard/page-answers.js';
import { runView } from '../dashboard/routes.js';
import type { ViewContext } from '../dashboard/views/view.js';
import { json, type Route } from '../http/route.js';
import { PAGE_FILES } from './page-files.js';

/** Tells the page's code to listen by a WebSocket. */
const SOCKET = '<meta name="loom-live" content="socket">';

/** The page and what it asks for. */
export function pageRoutes(context: ViewContext, hasSocket: boolean): Route[] {
  const page = { method: 'GET', access: 'page', maxBytes: 0 } as const;
  return [
    ...Object.entries(PAGE_FILES).map(([path, { type, text }]): Route => {
      const isIndex = path === '/index.html';
      const body = isIndex && hasSocket ? text.replace('</head>', `${SOCKET}</head>`) : text;
      return { ...page, path: isIndex ? '/' : path, answer: () => ({ status: 200, type, body }) };
    }),
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
