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
