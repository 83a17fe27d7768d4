// Long series grow at their end. They are read once in pages, then only their tail is read again.

export type Row = { round: number };

export type ReadPage<T extends Row> = (page: { fromRound: number; limit: number }) => Promise<T[]>;

export const PAGE = 1000;

/** `known` with everything from `fromRound` on replaced by `tail`, which was read just now. */
export const replaceTail = <T extends Row>(known: readonly T[], fromRound: number, tail: readonly T[]): T[] => [
  ...known.filter((row) => row.round < fromRound),
  ...tail,
];

/** Pages overlap by one round, because a page may end between two rows of the same round. */
const readFrom = async <T extends Row>(fromRound: number, read: ReadPage<T>): Promise<T[]> => {
  let rows: T[] = [];
  for (let from = fromRound; ; ) {
    const page = await read({ fromRound: from, limit: PAGE });
    rows = replaceTail(rows, from, page);
    const last = page.at(-1);
    if (page.length < PAGE || last === undefined || last.round === from) return rows;
    from = last.round;
  }
};

/** Reads again the last `overlap` rounds (outcomes arrive late, blocks can be replaced), or all when they are gone. */
export const extendSeries = async <T extends Row>(
  known: readonly T[],
  overlap: number,
  read: ReadPage<T>,
): Promise<T[]> => {
  const last = known.at(-1);
  if (last === undefined) return readFrom(0, read);
  const fromRound = Math.max(0, last.round - overlap);
  const tail = await readFrom(fromRound, read);
  const knownTail = known.find((row) => row.round >= fromRound);
  const isContinued = tail[0] !== undefined && tail[0].round === knownTail?.round;
  return isContinued ? replaceTail(known, fromRound, tail) : readFrom(0, read);
};
