/** A campaign as the App API lists it. It sends nothing: the guard before a backfill only reads the list. */
export interface SandboxCampaign {
  readonly id: number;
  readonly name: string;
  readonly state: 'running' | 'draft' | 'stopped';
  /** Can still send messages; by default: is running. */
  readonly active?: boolean | undefined;
  /** Given for a campaign that an event triggers. */
  readonly eventName?: string | undefined;
  /** Given for a campaign that entering segments triggers. */
  readonly triggerSegmentIds?: readonly number[] | undefined;
  readonly filterSegmentIds?: readonly number[] | undefined;
  /** Given for a campaign that an object or a relationship triggers. */
  readonly objectTypeId?: number | undefined;
  readonly description?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  /** Unix seconds. */
  readonly createdAt?: number | undefined;
  readonly firstStartedAt?: number | undefined;
}

/** A segment as the App API lists it, finished and without members. */
export interface SandboxSegment {
  readonly id: number;
  readonly name: string;
  readonly type: 'dynamic' | 'manual';
  readonly description?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  /** Unix seconds. */
  readonly createdAt?: number | undefined;
}
