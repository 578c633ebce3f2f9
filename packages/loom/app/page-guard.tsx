import { Component, type ComponentChildren } from 'preact';

/** Keeps one page's failure from taking the whole dashboard away. */
export class PageGuard extends Component<{ children: ComponentChildren }, { message: string | null }> {
  override state = { message: null };

  override componentDidCatch(error: unknown): void {
    this.setState({ message: error instanceof Error ? error.message : String(error) });
  }

  override render() {
    const { message } = this.state;
    if (message === null) return this.props.children;
    return (
      <div class="notice bad" role="alert">
        <p>This page could not be drawn: {message}</p>
        <p>
          Reload it; if that does not help, the figures are also printed by <code>lm cost</code>.
        </p>
      </div>
    );
  }
}
