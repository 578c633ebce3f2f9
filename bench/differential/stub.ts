/** What every request to the world outside is answered with. */
export const STUB_ANSWER = {
  ok: true,
  id: 'stub-1',
  name: 'stub',
  result: {},
  data: [],
  items: [],
  results: [],
};
