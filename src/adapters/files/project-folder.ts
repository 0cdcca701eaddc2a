import { type Dirent, existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { parseEnv } from 'node:util';
import type { ProjectFiles } from '../../core/contract/read-contract.ts';
import type { ModelFiles } from '../../core/contract/read-model.ts';
import type { Variables } from '../../core/contract/template.ts';
import type { TestFile } from '../../core/contract-test/read-test-file.ts';
import { ContractError } from '../../core/errors/millrace-error.ts';
import {
  ENVIRONMENT_FILE,
  JOURNEYS_FILE,
  LOCK_FILE,
  MODELS_FOLDER,
  PROJECT_FILE,
  type ProjectFolder,
} from '../../ports/project-folder.ts';
import { textFiles } from './text-files.ts';

export function projectFolder(path: string, environment: Variables): ProjectFolder {
  return {
    path,
    readFiles: () => readProjectFiles(path),
    readTestFiles: () => readTestFiles(path),
    readText: (file) => readText(path, file),
    variables: async () => ({ ...(await readEnvironmentFile(path)), ...environment }),
    readLock: () => readIfThere(join(path, LOCK_FILE)),
    writeLock: (text) => textFiles.write(join(path, LOCK_FILE), text),
  };
}

async function readProjectFiles(folder: string): Promise<ProjectFiles> {
  const project = await readIfThere(join(folder, PROJECT_FILE));
  if (project === undefined)
    throw new ContractError('project_missing', `there is no ${PROJECT_FILE} in ${folder}`);
  const journeys = await readIfThere(join(folder, JOURNEYS_FILE));
  const paths = await modelPaths(folder);
  const halves = { yaml: paths.filter(isModelYaml), sql: paths.filter((path) => path.endsWith('.sql')) };
  const pairs = halves.yaml.map((yaml) => ({ yaml, sql: sqlBeside(yaml) }));
  const isThere = new Set(paths);
  const paired = new Set(pairs.map(({ sql }) => sql));
  return {
    projectFile: PROJECT_FILE,
    project,
    journeys: journeys === undefined ? undefined : { file: JOURNEYS_FILE, text: journeys },
    models: await Promise.all(
      pairs.filter(({ sql }) => isThere.has(sql)).map(({ yaml, sql }) => readModelFiles(folder, yaml, sql)),
    ),
    orphans: [
      ...pairs.filter(({ sql }) => !isThere.has(sql)).map(({ yaml, sql }) => ({ file: yaml, missing: sql })),
      ...halves.sql
        .filter((sql) => !paired.has(sql))
        .map((sql) => ({ file: sql, missing: sql.replace(/\.sql$/, '.yml') })),
    ],
  };
}

/** All files under models/, relative, with `/` between folders, in a stable order. */
async function modelPaths(folder: string): Promise<readonly string[]> {
  const root = join(folder, MODELS_FOLDER);
  if (!existsSync(root)) return [];
  const entries: readonly Dirent[] = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

async function readTestFiles(folder: string): Promise<readonly TestFile[]> {
  const paths = (await modelPaths(folder)).filter((path) => TEST_ENDING.test(path));
  return Promise.all(paths.map(async (file) => ({ file, text: await readText(folder, file) })));
}

const TEST_ENDING = /\.test\.ya?ml$/;

function isModelYaml(path: string): boolean {
  return /\.ya?ml$/.test(path) && !TEST_ENDING.test(path);
}

function sqlBeside(yaml: string): string {
  return yaml.replace(/\.ya?ml$/, '.sql');
}

async function readModelFiles(folder: string, yamlFile: string, sqlFile: string): Promise<ModelFiles> {
  return {
    name: yamlFile.replace(/^.*\//, '').replace(/\.ya?ml$/, ''),
    yamlFile,
    yaml: await readText(folder, yamlFile),
    sqlFile,
    sql: (await readText(folder, sqlFile)).replace(/\r\n/g, '\n'),
  };
}

async function readText(folder: string, file: string): Promise<string> {
  return (await textFiles.read(join(folder, file))).replace(/^\uFEFF/, '');
}

async function readEnvironmentFile(folder: string): Promise<Variables> {
  const text = await readIfThere(join(folder, ENVIRONMENT_FILE));
  return text === undefined ? {} : parseEnv(text);
}

async function readIfThere(path: string): Promise<string | undefined> {
  return existsSync(path) ? (await textFiles.read(path)).replace(/^\uFEFF/, '') : undefined;
}
