import { Command } from 'commander';
import { localDirectory, readCloudState } from '../../infra/local/cloud-state.ts';
import type { ReceivedPage } from '../../infra/local/pages.ts';
import type { Cli } from '../cli.ts';
import { interruptible } from '../interrupt.ts';
import { positiveInteger, withExamples } from '../stage-command.ts';

interface Options {
  readonly follow?: boolean;
  readonly json?: boolean;
  readonly last: number;
}

/** `modelloop local pages`: what on-call would get by e-mail. */
export const pagesCommand = (cli: Pick<Cli, 'out' | 'err'>): Command =>
  withExamples(new Command('pages'), [
    'npx modelloop local pages',
    'npx modelloop local pages --follow',
    'npx modelloop local pages --json | jq -r \'select(.kind == "drift").text\'',
  ])
    .description('prints the pages (and other notices) that the local cloud sent to people, oldest first')
    .option('--follow', 'go on with new ones, until Ctrl-C')
    .option('--last <number>', 'show at most this many of the earlier ones', positiveInteger, 10)
    .option('--json', 'print each page as one line of JSON')
    .action(async ({ follow, json, last }: Options) => {
      const { receivedPages, takePages } = await import('../../infra/local/pages.ts');
      const show = (pages: readonly ReceivedPage[]) => {
        for (const page of pages) cli.out(json ? JSON.stringify(page) : pageText(page));
      };
      const cloud = readCloudState();
      if (cloud) await takePages(cloud);
      const pages = receivedPages(localDirectory());
      show(pages.slice(-last));
      if (pages.length === 0 && !json) cli.err('nobody was paged');
      if (!follow) return;
      if (!cloud) throw new Error('the local cloud is not running, so no page will come (npx modelloop local up)');
      await interruptible(cli, async (signal) => {
        while (!signal.aborted) show(await takePages(cloud, 5));
      });
    });

const pageText = ({ at, subject, topic, text }: ReceivedPage): string =>
  [`== ${at}  ${topic}`, subject, '', text.trimEnd(), ''].join('\n');
