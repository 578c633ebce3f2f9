import { platform } from '#platform';
import { storage } from '../active.js';
import { type Handle, type Node, nodes, type Options } from '../node.js';
import { answered, type Outcome, returned, thrown } from '../outcome.js';
import type { OpenRequest } from '../request.js';
import { readBody } from '../response.js';
import type { Settings } from '../settings.js';
import { startTrace } from '../trace.js';
import type { ObservationType } from '../types.js';
import { safely } from '../warn.js';
import { describe, type Message, measure } from './message.js';

/** The largest number of notifications that are recorded for one request. */
const EVENTS = 50;

/** Facts about the request other than its message. */
export interface Surroundings {
  settings: Settings;
  /** Name of the server in names of traces and in the Atlas metadata. */
  name: string | undefined;
  server: unknown;
  /** In the shape of `extra` of SDK v1. */
  context: object;
}

/** A request that the server has received and not answered. */
export interface Request {
  readonly message: Message;
  /** The running observation of the request. */
  readonly node: Node;
  readonly context: object;
  /** Name of its handler's trace. */
  name(): string;
  /** True until a trace starts in it. */
  isFree(): boolean;
  run<T>(fn: () => T): T;
  /** Records a notification that belongs to the request. */
  event(message: Message): void;
  /** Records the response. */
  answer(message: unknown): void;
  /** Records that there will be no response, with the reason. */
  fail(error: unknown): void;
}

/**
 * Opens a request. The first trace that starts in it is its trace. Without one, a trace is created when the response
 * leaves.
 */
export function openRequest(message: Message, { settings, name, server, context }: Surroundings): Request {
  const open: OpenRequest = { begun: performance.now(), isAnswered: false, outcome: {} };
  let root: Handle | undefined;
  /** The trace was created here, so it is ended here. */
  let isOwn = false;
  let events = 0;
  // The client's data is in `initialize`.
  const { clientInfo, protocolVersion } = Object(message.params);
  const own = clientInfo ? { ...context, clientInfo, protocolVersion } : context;

  const about = () => describe(name, message);
  const claim = (kind: ObservationType, asked: Options) => {
    if (root) return undefined;
    const options = ofServer(asked, name);
    const metadata = Object.assign(about().metadata, options.metadata);
    const given = options.context ? { ...own, ...options.context } : own;
    const merged = { ...options, metadata, server: options.server ?? server, context: given };
    root = startTrace(kind, merged, true, open);
    return root;
  };
  const make = (): Handle | undefined => {
    // A trace that starts after the answer is separate.
    if (root || open.isAnswered) return root;
    isOwn = true;
    const { name: label, input } = about();
    const kind = message.method === 'tools/call' ? 'tool' : 'span';
    return claim(kind, { name: label, input });
  };
  const inside = () => {
    const root = make();
    return root && nodes.get(root);
  };

  const node: Node = {
    traceId: '',
    spanId: '',
    recording: open,
    isOpen: () => (root ? nodes.get(root)?.isOpen() === true : !open.isAnswered),
    now: Date.now,
    here: () => inside()?.here() ?? node,
    child: (kind, options, isTrace = false) =>
      inside()?.here().child(kind, options, isTrace) ?? startTrace(kind, options, isTrace),
    score: (score) => inside()?.score(score),
    claim,
  };

  const close = (outcome: Outcome, output?: unknown) =>
    safely(() => {
      if (open.isAnswered) return;
      if (isWanted(settings.methods, message.method)) make();
      open.isAnswered = true;
      open.outcome = outcome;
      if (isOwn) root?.end(output);
      else open.onAnswer?.();
    });

  return {
    message,
    node,
    context,
    name: () => about().name,
    isFree: () => !root && !open.isAnswered,
    run: (fn) => (storage ? storage.run(node, fn) : fn()),
    event({ method = '', params }) {
      if (open.isAnswered || ++events > EVENTS) return;
      node.child('event', { name: method, input: params }).end();
    },
    answer(answer) {
      safely(() => {
        const isFull = settings.captureOutput === 'full';
        const done = (body: unknown, how: Outcome) => {
          const isOurs = !root || isOwn;
          close(how, isOurs ? measure(Object(body).result ?? body) : undefined);
        };
        if (!(answer instanceof Response))
          return done(answer, returned(answer, isFull, message.method, !root));
        const reading = readBody(answer)
          .catch(() => {})
          .then((body) => {
            const how = returned(body, isFull, message.method, !root);
            done(body, how.error ? how : answered(answer.status));
          });
        platform.keepAlive?.(reading);
      });
    },
    fail: (error) => close(thrown(error, message.method)),
  };
}

/** Code that several servers share is traced with the name of the server that handles the request. */
function ofServer(options: Options, server: string | undefined): Options {
  const { 'touchpoint.mcp_server': written } = Object(options.metadata);
  if (!server || written === server || !options.name.startsWith(`${written}:`)) return options;
  const name = server + options.name.slice(String(written).length);
  return { ...options, name, metadata: { ...options.metadata, 'touchpoint.mcp_server': server } };
}

function isWanted(methods: readonly string[], method = ''): boolean {
  const only = methods.filter((name) => !name.startsWith('!'));
  if (only.length) return only.includes(method);
  return !(methods.length ? methods : ['!ping']).includes(`!${method}`);
}
