import { z } from 'zod';
import { ACCEPTABLE_CODES } from '../identity/conflict.ts';
import { faultLimitSchema } from './fault-limit.ts';
import { radiusParts } from './radius-schema.ts';
import { projectScheduleSchema } from './schedule-schema.ts';
import {
  durationSchema,
  guestsSchema,
  keyKindSchema,
  nameSchema,
  shareSchema,
  templateSchema,
  timeZoneSchema,
} from './schema-parts.ts';

const tlsSchema = z
  .union(
    [
      z.literal('off').describe('No encryption. Only for a network that you trust wholly.'),
      z.strictObject({
        ca: z
          .string()
          .min(1)
          .describe("File with the server's certificate authority (PEM), relative to millrace.yml."),
        server_name: z
          .string()
          .min(1)
          .optional()
          .describe('Name in the certificate, when it is not the host.'),
      }),
    ],
    { error: '`tls` is `off`, or a mapping with `ca: FILE`' },
  )
  .describe('Without it: verified TLS for every host but loopback.');

const mysqlSchema = z
  .strictObject({
    url: templateSchema.optional().describe('mysql://user:${PASSWORD}@host:3306/database, or ${MYSQL_URL}.'),
    host: templateSchema.optional(),
    port: z
      .union([z.int().min(1).max(65_535), templateSchema], { error: 'a port number is expected here' })
      .optional(),
    user: templateSchema.optional(),
    password: templateSchema.optional().describe('Only as ${VARIABLE}.'),
    database: templateSchema.optional(),
    tls: tlsSchema.optional(),
    statement_timeout: durationSchema.default('30m').describe('Longest time that one query may take.'),
  })
  .describe('Where the data comes from. One read-only user is enough.');

const customerioSchema = z
  .strictObject({
    region: z.enum(['us', 'eu'], { error: '`region` is `us` or `eu`' }),
    site_id: templateSchema.describe('Site ID of a Track API credential, usually ${CUSTOMERIO_SITE_ID}.'),
    api_key: templateSchema.describe('Its API key; only as ${VARIABLE}.'),
    track_url: templateSchema.optional().describe('Another address for the Track API: a sandbox or a proxy.'),
    app_key: templateSchema
      .optional()
      .describe(
        'App API key, only as ${VARIABLE}: what reads Customer.io back needs it. Without a value: none.',
      ),
    app_url: templateSchema.optional().describe('Another address for the App API; goes with track_url.'),
    app_requests_per_second: z
      .int()
      .min(1)
      .max(100)
      .default(8)
      .describe('Pace of the App API; Customer.io allows 10 for all programs together.'),
    requests_per_second: z.int().min(1).max(1000).default(100).describe('Fair use of the Track API.'),
    requests_in_flight: z.int().min(1).max(64).default(4).describe('How many batches are sent at once.'),
    timeout: durationSchema
      .default('30s')
      .describe('How long one request may take before it is tried again.'),
  })
  .describe('Where the data goes.');

const identitySchema = z.strictObject({
  canonical: z
    .enum(['id', 'email'], { error: '`canonical` is `id` or `email`' })
    .describe('The one identifier that every operation is sent with.'),
  default_country: z
    .string({ error: 'a country like DE is expected here' })
    .refine(isCountry, { error: 'there is no country of this ISO 3166 code; write two capitals, like DE' })
    .optional()
    .describe('Country of phone numbers that are written without one.'),
  guests: guestsSchema.optional().describe('What `guests` of an event model is when the model says nothing.'),
  allow_email_update: z
    .boolean({ error: '`allow_email_update` is true or false' })
    .optional()
    .describe(
      "Whether the workspace allows updates to email using ID. It can not be asked; see the workspace's settings.",
    ),
  may_share: z.array(keyKindSchema).default([]).describe('Kinds of keys that several people may have.'),
  accept: z
    .partialRecord(z.enum(ACCEPTABLE_CODES), z.string().regex(/\S/, { error: 'a reason may not be empty' }), {
      error: 'a mapping of conflicts and reasons is expected here',
    })
    .default({})
    .describe('Conflicts that are known to be right, each with the reason; they are sent.'),
  people_elsewhere: z
    .boolean()
    .default(false)
    .describe(
      'True when people also come to Customer.io from elsewhere: events go to those whom it has. Needs an App API key.',
    ),
});

function isCountry(code: string): boolean {
  if (!/^[A-Z]{2}$/.test(code)) return false;
  return new Intl.DisplayNames('en', { type: 'region', fallback: 'none' }).of(code) !== undefined;
}

const defaultsSchema = z.strictObject({
  live_within: durationSchema.default('24h').describe('Events older than this are late.'),
  late: z.enum(['hold', 'send', 'drop']).default('hold').describe('What becomes of late events.'),
  clock_skew: durationSchema.default('5m').describe('How far in the future an event may lie.'),
  backfill_marker: nameSchema
    .default('backfilled')
    .describe('Property, always true, of events that a backfill sends, for filters of campaigns; or `off`.'),
});

const guardrailsSchema = z.strictObject({
  usual_opt_outs: z
    .union([z.literal('off'), shareSchema], { error: '`usual_opt_outs` is a share like 1%, or `off`' })
    .default('1%')
    .describe('More new opt-outs in one run than this share of the people raise a warning; all are sent.'),
  plan_max_age: durationSchema.default('1h').describe('A saved plan older than this is not applied.'),
  faults: faultLimitSchema.optional(),
  ...radiusParts,
});

const serviceSchema = z
  .strictObject({
    listen: z
      .union(
        [
          z.literal('off'),
          z.string().regex(/^(\[[0-9a-f:]+\]|[\w.-]+):\d{1,5}$/i, {
            error: 'an address like 127.0.0.1:8710 is expected here',
          }),
        ],
        { error: '`listen` is an address like 127.0.0.1:8710, or `off`' },
      )
      .default('127.0.0.1:8710')
      .describe('Where `millrace run` answers /healthz, /readyz and /metrics.'),
  })
  .describe('`millrace run`.');

/** `millrace.yml`. */
export const projectSchema = z.strictObject({
  namespace: z
    .string({ error: 'a short name for this shop is expected here' })
    .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, {
      error: 'a namespace is made of a-z, 0-9, - and _ and begins with a letter or digit',
    })
    .describe('Part of every event id. Two shops in one workspace must differ; never change it afterwards.'),
  time_zone: timeZoneSchema.default('UTC'),
  identity: identitySchema,
  mysql: mysqlSchema,
  customerio: customerioSchema,
  defaults: defaultsSchema.prefault({}),
  guardrails: guardrailsSchema.prefault({}),
  schedule: projectScheduleSchema.optional(),
  service: serviceSchema.prefault({}),
  state: z
    .string()
    .min(1)
    .default('.millrace')
    .describe('Folder of the local state, relative to millrace.yml.'),
});

export type ProjectYaml = z.output<typeof projectSchema>;
