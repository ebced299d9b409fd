import { ScreenLoading } from './screen-loading.js';

/** The outline of the whole page, before it is known whose it is. */
export const ShellLoading = () => (
  <div className="shell">
    <div className="side" />
    <main className="main">
      <ScreenLoading />
    </main>
  </div>
);
