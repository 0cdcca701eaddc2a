interface Task {
  readonly ended: Promise<void>;
  readonly people: ReadonlySet<number>;
}

const NOBODY: ReadonlySet<number> = new Set();

/**
 * Keeps a bounded number of tasks going, and never two at once that are about the same person. A failure is
 * kept and thrown by the next `add` or at the end of `during`, after the tasks that are under way have ended: what they
 * bring must not be lost.
 */
export class InFlight {
  private readonly tasks = new Set<Task>();
  private readonly tasksMax: number;
  private failure: { readonly error: unknown } | undefined;

  constructor(tasksMax: number) {
    this.tasksMax = tasksMax;
  }

  /** Starts the task as soon as there is room for it and nothing under way is about its people. */
  async add(start: () => Promise<void>, people: ReadonlySet<number> = NOBODY): Promise<void> {
    while (this.tasks.size >= this.tasksMax || this.isBusyWith(people)) await this.oneEnded();
    if (this.failure !== undefined) await this.settle();
    const ended = start()
      .catch((error: unknown) => {
        this.failure ??= { error };
      })
      .finally(() => this.tasks.delete(task));
    const task: Task = { ended, people };
    this.tasks.add(task);
  }

  /**
   * Does the work that adds tasks, and resolves when these have ended. Also after a failure: what is under way may
   * still be accepted, and must then be recorded.
   */
  async during(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } finally {
      await this.settle();
    }
  }

  /** Resolves when nothing is under way; throws the first failure. */
  private async settle(): Promise<void> {
    await Promise.all([...this.tasks].map(({ ended }) => ended));
    if (this.failure !== undefined) throw this.failure.error;
  }

  private isBusyWith(people: ReadonlySet<number>): boolean {
    for (const task of this.tasks) {
      for (const person of people) if (task.people.has(person)) return true;
    }
    return false;
  }

  private async oneEnded(): Promise<void> {
    await Promise.race([...this.tasks].map(({ ended }) => ended));
  }
}
