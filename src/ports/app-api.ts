import type { JourneyReader } from './journey-reader.ts';
import type { ProfileReader } from './profile-reader.ts';

/** Customer.io's App API, which takes few requests a second: both readers share one pace. */
export interface AppApi {
  readonly profiles: ProfileReader;
  readonly journeys: JourneyReader;
  close(): Promise<void>;
}
