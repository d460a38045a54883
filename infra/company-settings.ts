import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type CompanySettings, parseCompanySettings } from './config.ts';

/** Beside cdk.json; a company keeps it, or puts it there, without touching the product's own files. */
const COMPANY_FILE = 'modelloop.config.json';

/**
 * Reads the company's settings.
 * @param file as given by `-c config=<file>`; without it, COMPANY_FILE in `root`, if it is there
 * @throws naming the file, what in it, and the reason
 */
export function readCompanySettings(root: string, file?: string): CompanySettings {
  const path = resolve(root, file ?? COMPANY_FILE);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (file === undefined && (error as NodeJS.ErrnoException).code === 'ENOENT') return { stages: {} };
    throw new Error(`${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  try {
    return parseCompanySettings(JSON.parse(text));
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  }
}
