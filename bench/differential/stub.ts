/** The answer to every request to the outside world. */
export const STUB_ANSWER = {
  ok: true,
  id: 'stub-1',
  name: 'stub',
  result: {},
  data: [],
  items: [],
  results: [],
};
