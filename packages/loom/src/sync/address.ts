/** Whether requests can go there at all: `fetch` takes no address with a user or password in it. */
export function isAddress(baseUrl: string): boolean {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}
