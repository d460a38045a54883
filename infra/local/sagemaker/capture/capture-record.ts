import { randomUUID } from 'node:crypto';
import type { DataCaptureConfig } from '@aws-sdk/client-sagemaker';

/** One side of an invocation as it is observed. */
export interface Observed {
  readonly contentType: string | undefined;
  readonly body: Buffer;
}

export interface Captured {
  readonly input: Observed;
  readonly output: Observed;
  readonly inferenceId?: string | undefined;
  readonly customAttributes?: string | undefined;
  readonly time: Date;
}

/** One line of a capture file, in SageMaker's layout (`eventVersion` "0"). */
export function captureRecord(config: DataCaptureConfig, { input, output, time, ...captured }: Captured): object {
  const modes = new Set(config.CaptureOptions?.flatMap(({ CaptureMode: mode }) => MODES[mode ?? ''] ?? []));
  return {
    captureData: {
      ...(modes.has('INPUT') ? { endpointInput: side(config, 'INPUT', input) } : {}),
      ...(modes.has('OUTPUT') ? { endpointOutput: side(config, 'OUTPUT', output) } : {}),
    },
    eventMetadata: {
      eventId: randomUUID(),
      ...(captured.customAttributes ? { customAttributes: [captured.customAttributes] } : {}),
      ...(captured.inferenceId ? { inferenceId: captured.inferenceId } : {}),
      inferenceTime: `${time.toISOString().slice(0, 19)}Z`,
    },
    eventVersion: '0',
  };
}

const MODES: Record<string, readonly string[]> = {
  Input: ['INPUT'],
  Output: ['OUTPUT'],
  InputAndOutput: ['INPUT', 'OUTPUT'],
};

function side(config: DataCaptureConfig, mode: string, { contentType, body }: Observed): object {
  const encoding = encodingOf(config, contentType);
  const data = body.toString(encoding === 'BASE64' ? 'base64' : 'utf8');
  return { observedContentType: contentType ?? '', mode, data, encoding };
}

/** Text only for the content types that the configuration names; everything else is base64. */
function encodingOf({ CaptureContentTypeHeader: header }: DataCaptureConfig, contentType = ''): string {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  const among = (types: readonly string[] = []) => types.some((candidate) => candidate.toLowerCase() === type);
  if (among(header?.CsvContentTypes)) return 'CSV';
  return among(header?.JsonContentTypes) ? 'JSON' : 'BASE64';
}

/** `<endpoint>/<variant>/yyyy/mm/dd/hh/mm-ss-mmm-<uuid>.jsonl`, in UTC. */
export function capturePath(place: { endpoint: string; variant: string }, time: Date): string {
  const [date = '', clock = ''] = time.toISOString().slice(0, -1).split('T');
  const [hour = '', ...rest] = clock.replace('.', ':').split(':');
  return `${place.endpoint}/${place.variant}/${date.replaceAll('-', '/')}/${hour}/${rest.join('-')}-${randomUUID()}.jsonl`;
}
