import { useState } from 'react';

/** The cursors of the pages that were gone through, of one question; another question begins at its first page. */
export function usePages(question: string) {
  const [gone, setGone] = useState<{ question: string; cursors: string[] }>({ question, cursors: [] });
  const cursors = gone.question === question ? gone.cursors : [];
  return {
    cursor: cursors.at(-1),
    page: cursors.length + 1,
    previous: cursors.length === 0 ? null : () => setGone({ question, cursors: cursors.slice(0, -1) }),
    nextTo: (cursor: string | null | undefined) =>
      cursor === null || cursor === undefined ? null : () => setGone({ question, cursors: [...cursors, cursor] }),
  };
}
