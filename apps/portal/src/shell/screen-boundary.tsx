import { Component, type ReactNode } from 'react';
import { Icon } from '../parts/icon.js';

interface BoundaryState {
  failed: boolean;
}

/**
 * Stands in for a screen that could not be shown. After an update the programs of the page that was opened before are
 * gone: loaded again, the page names those that are there.
 */
export class ScreenBoundary extends Component<{ children: ReactNode }, BoundaryState> {
  override state: BoundaryState = { failed: false };

  static getDerivedStateFromError(): BoundaryState {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <div className="state state-bad" role="alert">
        <span className="state-icon">
          <Icon name="alert" size={22} />
        </span>
        <h1 className="state-title">This part of the page could not be shown</h1>
        <p className="state-text">
          The connection may be down, or the page was updated since you opened it. Nothing was changed.
        </p>
        <button type="button" className="button" onClick={() => location.reload()}>
          <Icon name="repeat" />
          Load the page again
        </button>
      </div>
    );
  }
}
