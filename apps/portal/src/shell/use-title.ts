import { useEffect } from 'react';

/** The title of the browser's tab, as long as the screen that it is the title of is shown. */
export const useTitle = (title: string): void =>
  useEffect(() => {
    document.title = title;
  }, [title]);
