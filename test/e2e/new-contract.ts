import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { type DemoContext, modelloop } from '../../demo/context.ts';
import { fact, runEnds } from '../../demo/progress.ts';
import { checkout } from '../../infra/local/cloud-state.ts';
import { dataKeys } from '../../shared/domain/keys.ts';
import { bucketName } from '../../shared/domain/names.ts';
import type { CodeVersion, DataVersion, Head, Run } from '../../shared/domain/records.ts';
import { registryKeys } from '../../shared/domain/registry-keys.ts';

/** Code asks something else of the data than that which came before it. */
export const newContractSuite = (context: () => DemoContext) =>
  describe('code with another contract', () => {
    test('that rows in use do not satisfy fails its run, naming file, line and value', async () => {
      const run = await pushed('narrow', ({ columns }) => {
        columns.carrier.values = columns.carrier.values.filter((carrier: string) => carrier !== 'B6');
      });
      expect(run.status).toBe('failed');
      expect(run.failure?.reason).toMatch(
        /^DataRefusedError: .*: in\/\S+\.csv \(part .*line \d+, column carrier: "B6".* Either let the contract in model.yaml/,
      );
    });

    test('that they do satisfy is trained on them, and nothing is uploaded again', async () => {
      const { model, place, ports } = context();
      const run = await pushed('wide', ({ columns, split }) => {
        columns.carrier.values.push('ZZ');
        split.test = 0.15;
      });
      expect(run.status, JSON.stringify(run.failure)).toBe('finished');
      const { contractHash } = await fact<CodeVersion>(context(), registryKeys.codeVersion(model, run.codeVersion));
      const key = dataKeys.channel(model, run.run, 'train');
      const bytes = await ports.objects.read({ bucket: bucketName(place, 'data'), key });
      const [, ...parts] = JSON.parse(new TextDecoder().decode(bytes)) as string[];
      const data = await fact<DataVersion>(context(), registryKeys.dataVersion(model, run.dataVersion));
      expect(parts).toHaveLength(data.parts);
      for (const part of parts) expect(part).toContain(contractHash);
    });

    /** Pushes the example, changed, and waits for the run that follows. */
    // biome-ignore lint/suspicious/noExplicitAny: a definition as YAML holds it
    async function pushed(name: string, change: (definition: any) => void): Promise<Run> {
      const { model, files } = context();
      const { latest } = await fact<Head>(context(), registryKeys.runHead(model));
      const folder = join(files, name, model);
      await mkdir(folder, { recursive: true });
      const definition = parse(await readFile(join(checkout, 'models', model, 'model.yaml'), 'utf8'));
      change(definition);
      await writeFile(join(folder, 'model.yaml'), stringify(definition));
      await modelloop(context(), 'push', model, '--folder', folder);
      return runEnds(context(), latest + 1, () => undefined);
    }
  });
