import type { JudgedModelVersion } from '../../shared/use-cases/build/read-model-versions.ts';
import { indented, type Look, paint, scoresText } from './text.ts';
import { when } from './time.ts';
import { verdictLines } from './verdict-text.ts';

/** A model version in full. */
export function modelVersionText(v: JudgedModelVersion, look: Look): string {
  const released =
    v.releases.length === 0 ? 'never' : `${v.releases.length === 1 ? 'release' : 'releases'} ${v.releases.join(', ')}`;
  const lines = [
    `trained     ${when(v.createdAt, look.now)}: run ${v.run}, candidate ${v.candidate} (${v.trainingJob})`,
    `from        data version ${v.dataVersion} × code version ${v.codeVersion}`,
    `validation  ${scoresText(v.validation)}`,
    ...(v.verdict ? verdictLines(v.verdict) : ['verdict     none: its run has failed or not ended yet']),
    `released    ${released}`,
    `artefact    ${v.artifact.key}`,
    `            in ${v.artifact.bucket}`,
    `sha256      ${v.artifact.sha256}`,
    `image       ${v.image}`,
  ];
  const title = `${paint(look, 'bold', `${v.model}, model version ${v.version}`)}${v.live ? `: ${paint(look, 'green', 'live')}` : ''}`;
  return [title, ...lines.map((line) => indented(line, 2))].join('\n');
}
