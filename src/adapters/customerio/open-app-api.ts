import type { AppApiSettings } from '../../core/contract/connection-settings.ts';
import type { AppApi } from '../../ports/app-api.ts';
import { AppClient } from './app-client.ts';
import { AppDataIndex } from './app-data-index.ts';
import { AppJourneyReader } from './app-journey-reader.ts';
import { AppProfileReader } from './app-profile-reader.ts';
import { REAL_TIMING, type Timing } from './patient-client.ts';

/** Customer.io's App API. Nothing is asked before somebody asks. */
export function openAppApi(settings: AppApiSettings, timing: Timing = REAL_TIMING): AppApi {
  const client = new AppClient(settings, timing);
  return {
    profiles: new AppProfileReader(client),
    journeys: new AppJourneyReader(client),
    dataIndex: new AppDataIndex(client),
    close: () => client.close(),
  };
}
