import { accountContext } from './account-context.js';

const context = accountContext();

context.accountTool('list_zones', { description: 'List zones' }, async ({ args, accessToken }) => {
  const response = await fetch(`https://api.example.com/zones?page=${args.page}`, {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  return { content: [{ type: 'text', text: await response.text() }] };
});

export default { fetch: (request) => context.answer(request) };
