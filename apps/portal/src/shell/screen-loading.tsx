/** The outline of a screen: where its title and its parts will be. */
export const ScreenLoading = () => (
  <div className="screen-skeleton" role="status" aria-label="Loading the page">
    <span className="skeleton-line skeleton-title" />
    <span className="skeleton-line skeleton-lead" />
    <span className="skeleton-block" />
    <span className="skeleton-block" />
  </div>
);
