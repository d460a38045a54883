import type { DataEngine } from '../../ports/data-engine.ts';
import type { SampleEngine } from '../../ports/sample-engine.ts';
import { describe } from './describe.ts';
import { describeSample } from './describe-sample.ts';
import { diagnose } from './diagnose.ts';
import { profile, profilePredictions } from './profile.ts';
import { score } from './score.ts';
import type { EngineOptions } from './session.ts';
import { split } from './split.ts';
import { suspects } from './suspects.ts';
import { validate } from './validate.ts';

export type { EngineOptions } from './session.ts';

/** Reads rows with DuckDB, closed in (see session.ts). Safe to use for several operations at once: each has its own database. */
export const duckdbEngine = (options: EngineOptions): DataEngine => ({
  validate: (upload, contract, rowsPath) => validate(options, upload, contract, rowsPath),
  profile: (rowsPath, contract) => profile(options, rowsPath, contract),
  profilePredictions: (paths, task) => profilePredictions(options, paths, task),
  split: (rowsPath, contract, directory) => split(options, rowsPath, contract, directory),
  describe: (paths, contract) => describe(options, paths, contract),
  diagnose: (test, predictions, contract) => diagnose(options, test, predictions, contract),
  score: (test, predictions, contract) => score(options, test, predictions, contract),
});

/** The same engine on files that no definition is written for yet. */
export const duckdbSampleEngine = (options: EngineOptions): SampleEngine => ({
  describe: (file) => describeSample(options, file),
  validate: (file, contract, rowsPath) => validate(options, file, contract, rowsPath),
  suspects: (rowsPath, contract) => suspects(options, rowsPath, contract),
});
