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
