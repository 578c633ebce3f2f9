import { Component, type ComponentChildren } from 'preact';

/** Shows an error instead of a page that fails, so that the rest of the dashboard keeps working. */
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
        <p>This page could not be displayed: {message}</p>
        <p>
          Reload it. If that does not help, print the figures with <code>lm cost</code>.
        </p>
      </div>
    );
  }
}
