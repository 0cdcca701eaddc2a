import { z } from 'zod';
import { columnSchema, keyKindSchema, shareSchema } from './schema-parts.ts';

/** What models have in common whose rows each stand for one thing that is at Customer.io or not. */
const removalParts = {
  max_removals: z
    .strictObject({
      share: shareSchema.optional().describe('Share of what was delivered. Without it: 10%.'),
      rows: z.int().min(0).optional().describe('Number of removals. Without it: 10.'),
    })
    .optional()
    .describe('More removals than both numbers stop the run before anything is sent.'),
};

const personPart = z
  .record(keyKindSchema, columnSchema)
  .describe('Whose row it is: by the canonical identifier, or by the first other key that leads to it.');

const objectTypeSchema = z
  .union([z.int().min(1), z.string().regex(/^[1-9]\d*$/)], {
    error: '`object_type_id` is the number that Customer.io gave the type of object, 1 or more',
  })
  .describe("Number of the type of object, which is made in Customer.io's user interface first.");

const objectParts = {
  object_type_id: objectTypeSchema,
  object_id: columnSchema.describe('Column with the id of the object, unique within its type.'),
};

export const objectsParts = {
  ...objectParts,
  removed: z
    .enum(['nothing', 'delete'], { error: '`removed` is `nothing` or `delete`' })
    .optional()
    .describe('What becomes of an object whose row is gone. Without it: nothing.'),
  ...removalParts,
};

export const devicesParts = {
  person: personPart,
  token: columnSchema.describe('Column with the token of the device.'),
  platform: columnSchema.describe('Column with its platform: ios or android.'),
  removed: z
    .enum(['nothing', 'remove'], { error: '`removed` is `nothing` or `remove`' })
    .optional()
    .describe('What becomes of a device whose row is gone. Without it: nothing.'),
  ...removalParts,
};

export const segmentParts = {
  segment_id: z
    .int({ error: '`segment_id` is the number of a manual segment, 1 or more' })
    .min(1, { error: '`segment_id` is the number of a manual segment, 1 or more' })
    .describe('Number of a manual segment; it stands in the address of its page.'),
  person: personPart,
  removed: z
    .enum(['nothing', 'remove'], { error: '`removed` is `nothing` or `remove`' })
    .optional()
    .describe(
      'What becomes of a member whose row is gone. Without it: remove, for the rows are the members.',
    ),
  ...removalParts,
};

export const erasureParts = {
  operation: z
    .enum(['suppress', 'delete'], { error: '`operation` is `suppress` or `delete`' })
    .describe(
      'suppress: delete the profile and refuse the person from then on; delete: delete the profile. Neither can be undone.',
    ),
  person: personPart,
  max_per_run: z.int().min(1).optional().describe('More erasures than this stop the run. Without it: 10.'),
  removed: z
    .enum(['nothing', 'release'], { error: '`removed` is `nothing` or `release`' })
    .optional()
    .describe(
      'What becomes of somebody whose row is gone: release sends unsuppress, and the person may be sent again. Without it: nothing.',
    ),
  ...removalParts,
};

export const relationshipsParts = {
  ...objectParts,
  person: personPart,
  removed: z
    .enum(['nothing', 'remove'], { error: '`removed` is `nothing` or `remove`' })
    .optional()
    .describe('What becomes of a relationship whose row is gone. Without it: nothing.'),
  ...removalParts,
};
