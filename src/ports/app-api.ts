import type { DataIndex } from './data-index.ts';
import type { JourneyReader } from './journey-reader.ts';
import type { ProfileReader } from './profile-reader.ts';

/** Customer.io's App API, which takes few requests a second: all parts share one pace. */
export interface AppApi {
  readonly profiles: ProfileReader;
  readonly journeys: JourneyReader;
  readonly dataIndex: DataIndex;
  close(): Promise<void>;
}
