/** Tells its listeners of every commit. */
export class CommitSignal {
  private readonly listeners = new Set<() => void>();

  /** @returns what ends the listening */
  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  raise(): void {
    for (const listener of this.listeners) listener();
  }
}

/** Holds one waiter until it is raised; a raise that comes before the wait is kept for it. */
export class Latch {
  private raised = false;
  private release: (() => void) | undefined;

  raise(): void {
    this.raised = true;
    this.release?.();
  }

  async wait(): Promise<void> {
    if (!this.raised) {
      await new Promise<void>((resolve) => {
        this.release = resolve;
      });
    }
    this.release = undefined;
    this.raised = false;
  }
}
