/** The response to every request to other hosts. */
export const STUB_ANSWER = {
  ok: true,
  id: 'stub-1',
  name: 'stub',
  result: {},
  data: [],
  items: [],
  results: [],
};
