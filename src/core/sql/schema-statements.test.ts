import { describe, expect, it } from 'vitest';
import { problemHeadline } from '../contract/problem.ts';
import { readSchemaStatements } from './schema-statements.ts';

const read = (text: string) => readSchemaStatements('schema.sql', text);

/** As mysqldump of MariaDB writes it. */
const DUMP = `/*M!999999\\- enable the sandbox mode */ 

/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40103 SET TIME_ZONE='+00:00' */;
DROP TABLE IF EXISTS \`orders\`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
CREATE TABLE \`orders\` (
  \`id\` int(10) unsigned NOT NULL AUTO_INCREMENT COMMENT 'a ; in quotes -- and this',
  PRIMARY KEY (\`id\`)
) ENGINE=InnoDB;
/*!40101 SET character_set_client = @saved_cs_client */;
LOCK TABLES \`orders\` WRITE;
/*!40000 ALTER TABLE \`orders\` DISABLE KEYS */;
UNLOCK TABLES;
-- Dump completed
`;

describe('readSchemaStatements', () => {
  it('reads what mysqldump writes', () => {
    const { statements, problems } = read(DUMP);
    expect(problems).toEqual([]);
    expect(statements.map(({ sql, line, column }) => `${line}:${column} ${sql.split('\n')[0]}`)).toEqual([
      '3:1 /*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */',
      "4:1 /*!40103 SET TIME_ZONE='+00:00' */",
      '5:1 DROP TABLE IF EXISTS `orders`',
      '6:1 /*!40101 SET @saved_cs_client     = @@character_set_client */',
      '7:1 CREATE TABLE `orders` (',
      '11:1 /*!40101 SET character_set_client = @saved_cs_client */',
      '13:1 /*!40000 ALTER TABLE `orders` DISABLE KEYS */',
    ]);
    expect(statements[4]?.sql).toContain("COMMENT 'a ; in quotes -- and this'");
  });

  it('needs no semicolon at the end, and leaves comments out', () => {
    const { statements } = read(
      '-- tables; really\nCREATE TABLE a (id INT); # one;\n CREATE TABLE b (id INT)',
    );
    expect(statements).toMatchObject([
      { sql: 'CREATE TABLE a (id INT)', line: 2, column: 1 },
      { sql: 'CREATE TABLE b (id INT)', line: 3, column: 2 },
    ]);
    expect(read(' ;; -- nothing\n')).toEqual({ statements: [], problems: [] });
  });

  it.each([
    ['INSERT INTO a VALUES (1)', /may not hold INSERT INTO/],
    ['DROP DATABASE shop', /may not hold DROP DATABASE/],
    ['USE shop', /may not hold USE SHOP/],
    ['GRANT ALL ON *.* TO x', /may not hold GRANT ALL/],
    ['SET GLOBAL read_only = 0', /may not hold SET GLOBAL/],
    ['SET @@global.read_only = 0', /may not hold SET/],
    ['/*!40101 DROP DATABASE shop */', /may not hold DROP DATABASE/],
    ['CREATE TABLE shop.a (id INT)', /named with its database/],
    ['CREATE TABLE IF NOT EXISTS `shop` . `a` (id INT)', /named with its database/],
    ['DROP TABLE IF EXISTS shop.a', /named with its database/],
    ['DELIMITER ;;', /may not hold DELIMITER/],
    ['CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET x = 1', /may not hold CREATE TRIGGER/],
  ])('refuses %s', (sql, expected) => {
    const { problems } = read(`CREATE TABLE x (id INT);\n  ${sql};`);
    expect(problems.map(problemHeadline).join()).toMatch(expected);
    expect(problems[0]).toMatchObject({ file: 'schema.sql', line: 2, column: 3 });
  });
});
