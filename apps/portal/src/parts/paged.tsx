import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Pager } from './pager.js';
import { Failed, Loading } from './states.js';
import type { usePages } from './use-pages.js';

interface PagedProps<Page> {
  found: UseQueryResult<Page>;
  pages: ReturnType<typeof usePages>;
  /** What is on the pages. */
  name: string;
  /** In place of a page on which nothing is. */
  none: (page: Page) => ReactNode;
  children: (page: Page) => ReactNode;
}

/** A page of a list, whatever has become of the question for it, and the way to the pages before and after it. */
export function Paged<Page extends { next_cursor: string | null }>({
  found: { data, error, refetch },
  pages,
  name,
  none,
  children,
}: PagedProps<Page>) {
  if (error !== null) return <Failed error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Loading lines={8} label={`Loading ${name}`} />;
  return (
    <>
      {none(data) ?? children(data)}
      <Pager
        label={`Pages of ${name}`}
        page={pages.page}
        previous={pages.previous}
        next={pages.nextTo(data.next_cursor)}
      />
    </>
  );
}
