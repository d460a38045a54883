import { type StageSettings, settingsOf } from '../../infra/config.ts';

/** A made-up company that sets everything that can be set. */
export const COMPANY = {
  architecture: 'arm64',
  account: '210987654321',
  region: 'eu-west-1',
  bootstrapQualifier: 'acme1',
  permissionsBoundary: 'arn:aws:iam::210987654321:policy/acme/boundary',
  tags: { 'cost-center': '4711', team: 'forecasting' },
  network: { subnets: ['subnet-0a1b2c3d', 'subnet-0123456789abcdef0'], securityGroups: ['sg-0c3d4e5f'] },
  keys: {
    repositories: 'arn:aws:kms:eu-west-1:210987654321:key/11111111-2222-3333-4444-555555555555',
    pages: 'arn:aws:kms:eu-west-1:210987654321:key/66666666-7777-8888-9999-000000000000',
  },
  deletionProtection: true,
  pageEmail: ['platform@acme.example'],
  pageHttps: ['https://on-call.acme.example/modelloop'],
  chat: {
    slack: { workspace: 'T0123456789', channel: 'C0123456789' },
    teams: {
      tenant: '11111111-2222-3333-4444-555555555555',
      team: '66666666-7777-8888-9999-000000000000',
      channel: '19%3ab6ef35dc342d56ba5654e6fc6d25a071%40thread.tacv2',
    },
  },
} as const;

export const company = (): StageSettings => settingsOf('acme', { stages: { acme: structuredClone(COMPANY) } });
