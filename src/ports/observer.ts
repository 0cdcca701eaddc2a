/** What a use case reports while it works. Never holds row contents. */
export type RunEvent =
  /** A step begins, in words: "reading MySQL". */
  | { readonly kind: 'step'; readonly text: string }
  /** Something worth knowing that stops nothing. */
  | { readonly kind: 'warning'; readonly text: string }
  /** Work that takes long; sent often, shown seldom. */
  | { readonly kind: 'progress'; readonly progress: Progress }
  /** The work has ended, well or not: what was drawn to be drawn over goes away. */
  | { readonly kind: 'end' };

export interface Progress {
  readonly activity: 'reading' | 'sending';
  readonly model: string;
  /** Rows or operations done, and how many there will be, where that is known. */
  readonly done: number;
  readonly total: number | undefined;
}

/** Hears what use cases report. */
export interface Observer {
  observe(event: RunEvent): void;
}
