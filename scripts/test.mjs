#!/usr/bin/env node
// Every check of the project, in order: lint and types, unit tests (on this Node and on Node 24), tests against
// real servers, end to end. The last line tells the sum, taken from the results.
//
//   npm test                    everything
//   npm test -- unit mysql      only these parts: lint, unit, node24, mysql, e2e
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { provideNode } from './provide-node.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs');
const OTHER_NODE = '24';

const results = mkdtempSync(join(tmpdir(), 'millrace-test-'));
const sum = { passed: 0, failed: 0 };
const skipped = [];

const PARTS = { lint, unit, node24, mysql, e2e };
const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in PARTS));
if (unknown.length > 0) {
  console.error(`Unknown part ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}.`);
  process.exit(2);
}

try {
  for (const [name, run] of Object.entries(PARTS)) if (chosen.length === 0 || chosen.includes(name)) run();
} finally {
  rmSync(results, { recursive: true, force: true });
}
report();

function lint() {
  step('lint', 'npm', ['run', '--silent', 'lint']);
  step('types', 'npm', ['run', '--silent', 'types']);
}

function unit() {
  vitest('unit', process.execPath);
}

function node24() {
  const { path, reason } = provideNode(OTHER_NODE);
  if (path === undefined) skipped.push(`unit tests on Node ${OTHER_NODE}: ${reason}`);
  else vitest('unit', path, ` on Node ${OTHER_NODE}`);
}

function mysql() {
  vitest('mysql', process.execPath);
}

/** These run the compiled command. */
function e2e() {
  if (step('build', 'npm', ['run', '--silent', 'build'])) vitest('e2e', process.execPath);
}

/** One program that passes or fails as a whole. */
function step(name, program, argv) {
  console.log(`\n— ${name}`);
  const { status } = spawnSync(program, argv, { cwd: ROOT, stdio: 'inherit' });
  if (status === 0) sum.passed += 1;
  else fail(name);
  return status === 0;
}

function fail(what) {
  sum.failed += 1;
  console.log(`FAILED: ${what}`);
}

/** A run of vitest counts as many checks as it has tests; one that does not get that far is one failure. */
function vitest(project, node, where = '') {
  console.log(`\n— ${project} tests${where}`);
  const file = join(results, `${project}${where.replaceAll(' ', '-')}.json`);
  const argv = [VITEST, 'run', '--project', project, '--reporter', 'default', '--reporter', 'json'];
  const { status } = spawnSync(node, [...argv, '--outputFile.json', file], { cwd: ROOT, stdio: 'inherit' });
  if (!existsSync(file)) {
    fail(`${project} tests${where} ended without a result`);
    return;
  }
  const outcome = JSON.parse(readFileSync(file, 'utf8'));
  sum.passed += outcome.numPassedTests;
  sum.failed += outcome.numFailedTests;
  // A file that cannot be loaded has no tests that could fail.
  const brokenFiles = outcome.testResults.filter(
    (each) => each.status === 'failed' && each.assertionResults.every((test) => test.status !== 'failed'),
  );
  for (const { name } of brokenFiles) fail(relative(ROOT, name));
  if (status !== 0 && outcome.numFailedTests === 0 && brokenFiles.length === 0)
    fail(`${project} tests${where}`);
  if (outcome.numTotalTests === 0) fail(`${project} tests${where}: there are none`);
  skipped.push(...outcome.testResults.flatMap(skippedIn));
}

function skippedIn({ name, assertionResults }) {
  return assertionResults
    .filter(({ status }) => status === 'pending' || status === 'skipped' || status === 'todo')
    .map(({ fullName }) => `${relative(ROOT, name)}: ${fullName}`);
}

function report() {
  console.log('');
  for (const name of skipped) console.log(`skipped: ${name}`);
  // Where the data is there, a test that says it is not has looked in the wrong place.
  const isSharedThere = existsSync(process.env['MILLRACE_SHARED'] ?? join(ROOT, '../shared'));
  if (isSharedThere)
    for (const name of skipped.filter((each) => each.includes('../shared'))) fail(`was skipped: ${name}`);
  console.log(`${skipped.length} skipped`);
  process.exitCode = sum.failed === 0 ? 0 : 1;
  console.log(`${sum.passed} passed, ${sum.failed} failed`);
}
