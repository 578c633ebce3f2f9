/** Observes a `fetch` and records each JSON-RPC response by its id. */
export class PayloadRecorder {
  readonly #payloads = new Map<number, string>();
  readonly #waiting = new Map<number, (payload: string) => void>();

  readonly fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const response = await fetch(input, init);
    if (!response.body || !/json|event-stream/.test(response.headers.get('content-type') ?? ''))
      return response;
    const isStream = response.headers.get('content-type')?.includes('event-stream') === true;
    const [own, theirs] = response.body.tee();
    void this.#listen(own, isStream);
    const { status, statusText, headers } = response;
    const copy = new Response(theirs, { status, statusText, headers });
    Object.defineProperty(copy, 'url', { value: response.url });
    return copy;
  };

  /** The answer with this id; undefined after a second without one. */
  take(id: number): Promise<string | undefined> {
    const known = this.#payloads.get(id);
    this.#payloads.delete(id);
    if (known !== undefined) return Promise.resolve(known);
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        resolve(undefined);
      }, 1000);
      this.#waiting.set(id, (payload) => {
        clearTimeout(timer);
        resolve(payload);
      });
    });
  }

  async #listen(body: ReadableStream<Uint8Array>, isStream: boolean): Promise<void> {
    let text = '';
    try {
      const decoder = new TextDecoder();
      for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
        text += decoder.decode(chunk, { stream: true });
        if (!isStream) continue;
        const lines = text.split('\n');
        text = lines.pop() ?? '';
        for (const line of lines) if (line.startsWith('data:')) this.#keep(line.slice(5).trim());
      }
    } catch {
      // The stream was cut when the client closed.
    }
    if (!isStream) this.#keep(text);
  }

  #keep(payload: string): void {
    let id: unknown;
    try {
      ({ id } = JSON.parse(payload) as { id?: unknown });
    } catch {
      return;
    }
    if (typeof id !== 'number') return;
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (waiting) waiting(payload);
    else this.#payloads.set(id, payload);
  }
}
