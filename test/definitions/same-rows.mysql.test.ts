import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { type Connection, createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { canonicalSql } from '../../src/core/sql/normal/canonical-sql.ts';
import { createDatabase, describeOnServers } from '../servers/servers.ts';
import { describeWithShared } from '../support/shared-data.ts';
import { harmlessEdit, randomEdit } from './sql-edits.ts';

const PLATFORMS = ['magento2', 'shopware6', 'woocommerce'];

const isSame = (a: string, b: string) => canonicalSql(a).whole === canonicalSql(b).whole;

/** Executable comments and escapes are compared as they are written. */
const isUnderstood = (sql: string) => !canonicalSql(sql).whole.startsWith('as written');

describeWithShared('platforms', 'queries of real shops', (folder) => {
  const read = (path: string) => readFileSync(join(folder, path), 'utf8');
  const query = (path: string) => read(path).trim().replace(/;$/, '');

  describeOnServers('queries of real shops', (server) => {
    for (const platform of PLATFORMS) {
      const files = readdirSync(join(folder, platform)).filter((name) =>
        /^(attributes|events_).*\.sql$/.test(name),
      );
      let connection: Connection;

      beforeAll(async () => {
        const database = await createDatabase(server);
        connection = await createConnection({
          uri: database.url,
          multipleStatements: true,
          dateStrings: true,
        });
        await connection.query(`ALTER DATABASE ${database.name} COLLATE utf8mb4_unicode_ci`);
        await connection.query(read(`${platform}/schema.sql`));
        await connection.query(read(`${platform}/seed.sql`));
        await connection.query(read(`${platform}/params.sql`));
      });
      afterAll(() => connection.destroy());

      /** Rows in no order; or the number of the server's error. */
      const rowsOf = async (sql: string): Promise<string> => {
        try {
          const [rows] = await connection.query({ sql, rowsAsArray: true });
          return JSON.stringify((rows as unknown[]).map((row) => JSON.stringify(row)).sort());
        } catch (error) {
          return `error ${(error as { readonly errno?: number }).errno}`;
        }
      };

      it.each(files)(
        `${platform}/%s: edits of layout, comments, case and aliases are harmless, and return the same`,
        async (file) => {
          const sql = query(`${platform}/${file}`);
          if (!isUnderstood(sql)) return;
          const rows = await rowsOf(sql);
          expect(rows).not.toMatch(/^error/);
          await fc.assert(
            fc.asyncProperty(harmlessEdit, async (edit) => {
              expect(isSame(sql, edit(sql))).toBe(true);
              expect(await rowsOf(edit(sql))).toBe(rows);
            }),
            { numRuns: 12 },
          );
        },
      );

      it.each(files)(`${platform}/%s: other edits are changes, or return the same`, async (file) => {
        const sql = query(`${platform}/${file}`);
        const rows = await rowsOf(sql);
        let changes = 0;
        await fc.assert(
          fc.asyncProperty(randomEdit, async (edit) => {
            if (isSame(sql, edit(sql))) expect(await rowsOf(edit(sql))).toBe(rows);
            else changes += 1;
          }),
          { numRuns: RANDOM_EDITS },
        );
        expect(changes).toBeGreaterThan(RANDOM_EDITS * 0.9);
      });
    }
  });
});

const RANDOM_EDITS = 150;
