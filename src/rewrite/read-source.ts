import { isTooDeep, SourceSyntaxError } from '../core/errors.js';
import { type FileFacts, type ReadOptions, readFile } from '../tools/read-file.js';
import type { HandlerSite } from '../tools/site.js';
import { readWritten, tracedPlaces, traceMarker, type WrittenFile } from './written-file.js';

/** The handlers in a file, and the code that `init` wrote into it. */
export interface SourceReading extends WrittenFile, FileFacts {
  /** Adds to a site who traces it: `init`, a person, or no one. */
  withTrace(site: HandlerSite): HandlerSite;
}

/**
 * Reads a file that may contain code of `init`. `models` has only the model clients that are not observed yet.
 * @throws SourceSyntaxError if the file does not parse
 */
export function readSource(path: string, text: string, options: ReadOptions): SourceReading {
  try {
    const written = readWritten(path, text);
    const facts = readFile(path, written.original, written.imports, options);
    const withTrace = traceMarker(written);
    const places = tracedPlaces(written.wrappers);
    return {
      ...written,
      ...facts,
      sites: facts.sites.map(withTrace),
      messages: facts.messages.map((message) => {
        const isObserved = places.get(message.target.body.start)?.isMessage || written.isObserved;
        return isObserved ? { ...message, isObserved: true } : message;
      }),
      servers: facts.servers.map((server) =>
        places.get(server.start)?.isServer || written.isObserved ? { ...server, isObserved: true } : server,
      ),
      models: facts.models.filter(({ start }) => !places.has(start)),
      withTrace,
    };
  } catch (error) {
    if (!isTooDeep(error)) throw error;
    const fix = 'Move the generated code into its own file.';
    throw new SourceSyntaxError('This file is nested too deeply to be read.', fix, { file: path, line: 1 });
  }
}
