import type { Fragment } from '../shape/fragment.ts';

/** What would become of one attribute of somebody. */
export interface RadiusExample {
  readonly key: string;
  readonly before: Fragment;
  readonly after: Fragment;
}
