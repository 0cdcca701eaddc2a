import { z } from 'zod';
import { fields, says } from '../definitions/field-schemas.ts';

/** What can be reported of a message that would have been sent. */
export const REPORTED_METRICS = ['drafted', 'sent', 'delivered', 'failed', 'converted'] as const;
export type ReportedMetric = (typeof REPORTED_METRICS)[number];

/** Where reports go, and which. The metrics are those of messages, whatever their channel. */
export interface ReportingWebhook {
  readonly url: string;
  readonly signingKey: string;
  readonly metrics: readonly ReportedMetric[];
}

/** Has a report sent; the text is JSON. */
export type ReportTo = (webhook: ReportingWebhook, text: string) => void;

export const reportingWebhookSchema = fields({
  url: z.url({ protocol: /^https?$/, ...says('write an http or https URL') }),
  signing_key: z.string().min(1),
  metrics: z
    .array(z.enum(REPORTED_METRICS))
    .min(1)
    .default([...REPORTED_METRICS]),
}).transform(({ url, signing_key: signingKey, metrics }): ReportingWebhook => ({ url, signingKey, metrics }));
