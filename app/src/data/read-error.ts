export type ReadFailure = "unreachable" | "slow" | "refused" | "unexpected";

type ReadErrorParams = { kind: ReadFailure; source: string; detail: string; cause?: unknown };

/** Something that a page reads from did not answer, or not as expected. Its message is for logs, its kind for sentences. */
export class ReadError extends Error {
  readonly kind: ReadFailure;
  readonly source: string; // address of what was asked
  readonly detail: string;

  constructor({ kind, source, detail, cause }: ReadErrorParams) {
    super(`${source}: ${detail}`, { cause });
    this.kind = kind;
    this.source = source;
    this.detail = detail;
  }
}

/** `fetch` and what can go wrong with it before there is an answer. */
export const ask = async (url: string, init: RequestInit, timeoutMs: number): Promise<Response> => {
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
  try {
    return await fetch(url, { ...init, signal });
  } catch (cause) {
    if (init.signal?.aborted) throw cause; // nobody waits for it any more
    const kind = timeout.aborted ? "slow" : "unreachable";
    throw new ReadError({ kind, source: url, detail: (cause as Error).message, cause });
  }
};

/** The body as JSON; a proxy's error page is none. */
export const readJson = async (response: Response, source: string): Promise<unknown> => {
  try {
    return await response.json();
  } catch (cause) {
    throw new ReadError({ kind: "unexpected", source, detail: `HTTP ${response.status}`, cause });
  }
};
