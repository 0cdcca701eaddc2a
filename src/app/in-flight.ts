/**
 * Keeps a bounded number of tasks going. A failure is kept and thrown by the next `add` or by `settle`, after
 * the tasks that are under way have ended: what they bring must not be lost.
 */
export class InFlight {
  private readonly tasks = new Set<Promise<void>>();
  private readonly tasksMax: number;
  private failure: { readonly error: unknown } | undefined;

  constructor(tasksMax: number) {
    this.tasksMax = tasksMax;
  }

  /** Starts the task as soon as there is room for it. */
  async add(start: () => Promise<void>): Promise<void> {
    while (this.tasks.size >= this.tasksMax) await Promise.race(this.tasks);
    if (this.failure !== undefined) await this.settle();
    const task: Promise<void> = start()
      .catch((error: unknown) => {
        this.failure ??= { error };
      })
      .finally(() => this.tasks.delete(task));
    this.tasks.add(task);
  }

  /** Resolves when nothing is under way; throws the first failure. */
  async settle(): Promise<void> {
    await Promise.all(this.tasks);
    if (this.failure !== undefined) throw this.failure.error;
  }
}
