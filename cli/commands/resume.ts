import type { Command } from 'commander';
import type { Hold } from '../../shared/domain/records.ts';
import { type Resumed, resumePromotion } from '../../shared/use-cases/deployment/resume-promotion.ts';
import type { Cli } from '../cli.ts';
import { requireModel } from '../known-model.ts';
import { indented, type Look, paint } from '../output/text.ts';
import { when } from '../output/time.ts';
import { answer, answering, stageCommand } from '../stage-command.ts';

interface ResumeAnswer {
  readonly model: string;
  readonly lifted: Hold | null;
  readonly heldBack: Resumed['heldBack'];
}

/** `modelloop resume`: verdicts make releases again. */
export const resumeCommand = (cli: Cli): Command =>
  stageCommand('resume', 'lifts the hold on automatic promotion, and lists what it held back', [
    'npx modelloop resume flight-delay',
    "npx modelloop resume flight-delay --json | jq '.heldBack'",
  ])
    .argument('<model>', 'name of the model')
    .action(
      answering(cli, async (session, model: string) => {
        await requireModel(session, model);
        const { lifted, heldBack } = await resumePromotion(session.ports, { model });
        return answer({ model, lifted: lifted ?? null, heldBack } satisfies ResumeAnswer as ResumeAnswer, resumeText);
      }),
    );

function resumeText({ model, lifted, heldBack }: ResumeAnswer, look: Look): string {
  if (!lifted) return `${model}: nothing was on hold`;
  const lines = [
    `on hold    from ${when(lifted.since, look.now)}`,
    `           ${lifted.reason}`,
    ...heldBack.map(
      (r) =>
        `held back  run ${r.run}, model version ${r.modelVersion}: npx modelloop promote ${model} --version ${r.modelVersion}`,
    ),
    ...(heldBack.length === 0 ? ['held back  nothing'] : []),
  ];
  return [paint(look, 'green', `${model}: automatic promotion is on again`), ...lines.map((l) => indented(l, 2))].join(
    '\n',
  );
}
